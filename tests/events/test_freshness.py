"""Whether the cached page of an event is still correct."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F

from kring.core.tenancy import scope
from kring.events.freshness import version_of
from kring.places.models import Pool
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("capacity", "changes"), [(1000, False), (51, True), (50, True), (None, False)], ids=str)
def test_a_place_taken_makes_another_page_only_of_the_last_fifty(
    organisation: Any, capacity: int | None, changes: bool
) -> None:
    # A scope each: PostgreSQL tells versions of a row apart by the transaction that wrote them.
    with scope(organisation):
        attraction = make.attraction(capacity=capacity)
    before = version_of(organisation, attraction.event.slug)
    with scope(organisation):
        Pool.objects.filter(pk=attraction.pool_id).update(taken=F("taken") + 1)

    assert before
    assert (version_of(organisation, attraction.event.slug) != before) == changes


def test_a_limit_set_and_taken_away_makes_another_page(organisation: Any) -> None:
    def version(capacity: int | None) -> str | None:
        with scope(organisation):
            Pool.objects.filter(pk=attraction.pool_id).update(capacity=capacity)
        return version_of(organisation, attraction.event.slug)

    with scope(organisation):
        attraction = make.attraction(capacity=1000)

    assert len({version(1000), version(None), version(10)}) == 3
