"""Lists whose order people choose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kring.box_office.models import SaleKind
from kring.core import positions


@pytest.fixture
def kinds(in_scope: Any) -> list[SaleKind]:
    takes = SaleKind.Takes.CASH
    return [SaleKind.objects.create(names={"en": name}, takes=takes, position=at) for at, name in enumerate("abc", 4)]


def now() -> Iterator[tuple[str, int]]:
    return ((each.names["en"], each.position) for each in SaleKind.objects.order_by("position"))


@pytest.mark.parametrize(
    ("number", "up", "position", "order"),
    [(0, False, 2, "bac"), (2, True, 2, "acb"), (0, True, None, "abc"), (2, False, None, "abc")],
)
def test_a_row_changes_places_with_its_neighbour(
    kinds: list[SaleKind], number: int, up: bool, position: int | None, order: str
) -> None:
    assert positions.move(SaleKind.objects.order_by("position"), kinds[number], up=up) == position

    assert "".join(name for name, _position in now()) == order
    assert position is None or [each for _name, each in now()] == [1, 2, 3]


def test_what_was_removed_meanwhile_moves_nothing(kinds: list[SaleKind]) -> None:
    kinds[1].delete()
    kinds[1].pk = 0

    assert positions.move(SaleKind.objects.order_by("position"), kinds[1], up=True) is None
