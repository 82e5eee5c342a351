"""The text of an INSERT is written once; its values are each row's own (core/database/compiler.py)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from kring.core.database import compiler
from kring.events.models import Organiser
from kring.places.models import Hold, Pool

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch: Any) -> None:
    monkeypatch.setattr(compiler, "_texts", {})


@pytest.fixture
def written(monkeypatch: Any) -> list[Any]:
    """What Django wrote, one entry for each time."""
    found: list[Any] = []
    django = compiler.compiler.SQLInsertCompiler.as_sql

    def as_sql(self: Any) -> Any:
        found.append(self.query.model)
        return django(self)

    monkeypatch.setattr(compiler.compiler.SQLInsertCompiler, "as_sql", as_sql)
    return found


def test_each_row_has_its_own_values(in_scope: Any, written: list[Any]) -> None:
    pools = [Pool.objects.create(capacity=number) for number in (1, 2, 3)]

    assert [Pool.objects.get(pk=pool.pk).capacity for pool in pools] == [1, 2, 3]
    assert written == [Pool]


def test_what_the_database_fills_is_a_text_of_its_own(in_scope: Any) -> None:
    filled, given, again = Hold.objects.create(), Hold.objects.create(from_queue=True), Hold.objects.create()

    assert [Hold.objects.get(pk=hold.pk).from_queue for hold in (filled, given, again)] == [False, True, False]
    assert [hold.from_queue for hold in (filled, given, again)] == [False, True, False]


def test_an_expression_is_computed_by_the_database(in_scope: Any) -> None:
    Organiser.objects.create(name="plain", city="Gouda")

    computed = Organiser.objects.create(name=Concat(Value("com"), Value("puted")), city="Gouda")
    after = Organiser.objects.create(name="after", city="Gouda")

    assert Organiser.objects.get(pk=computed.pk).name == "computed"
    assert Organiser.objects.get(pk=after.pk).name == "after"


def test_the_first_row_knows_the_times_that_were_written(in_scope: Any) -> None:
    first, second = Hold.objects.create(), Hold.objects.create()

    assert [Hold.objects.get(pk=hold.pk).created_at for hold in (first, second)] == [
        first.created_at,
        second.created_at,
    ]


def test_many_rows_are_left_to_django(in_scope: Any, written: list[Any]) -> None:
    with CaptureQueriesContext(connection) as queries:
        Pool.objects.bulk_create([Pool(capacity=1), Pool(capacity=2)])
        Pool.objects.bulk_create([Pool(capacity=3), Pool(capacity=4)])

    assert len(queries) == 2 and written == [Pool, Pool]
    assert sorted(Pool.objects.values_list("capacity", flat=True)) == [1, 2, 3, 4]
