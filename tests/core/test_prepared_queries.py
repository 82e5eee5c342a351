"""Queries whose SQL is written once."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from kring.core.prepared_queries import prepared, update_where
from kring.core.tenancy import NoScope, scope
from kring.events.models import Attraction, Event
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def called() -> Any:
    @prepared
    def _called(slug: Any) -> QuerySet[Event]:
        return Event.objects.select_related("organiser").filter(slug=slug)

    return _called


def test_answers_what_the_query_would(organisation: Any, called: Any) -> None:
    with scope(organisation):
        event, other = make.attraction().event, make.attraction().event

        assert called(slug=event.slug) == [event]
        assert called(slug=other.slug) == [other]
        assert called(slug=other.slug)[0].organiser == other.organiser
        assert called(slug="nothing") == []


def test_is_written_once(organisation: Any, called: Any) -> None:
    with scope(organisation):
        called(slug="a")
        with mock.patch.object(SQLCompiler, "as_sql", side_effect=AssertionError("written again")):
            called(slug="b")


def test_belongs_to_whoever_asks(organisation: Any, called: Any) -> None:
    with scope(organisation):
        event = make.attraction().event
        assert called(slug=event.slug)
    with scope(make.organisation()):
        assert called(slug=event.slug) == []


def test_the_wall_in_python_stands_without_the_one_in_the_database(organisation: Any) -> None:
    other = make.organisation()
    with scope(organisation):
        event = make.attraction().event

        @prepared
        def _any(pk: Any) -> QuerySet[Event]:
            return Event.objects.filter(pk=pk)

        with mock.patch("kring.core.prepared_queries.current_organisation_id", return_value=other.pk):
            assert _any(pk=event.pk) == []
        assert _any(pk=event.pk) == [event]


def test_is_refused_without_a_scope(called: Any) -> None:
    with pytest.raises(NoScope):
        called(slug="a")


def test_joins_and_prefetches_stay_within_the_organisation(organisation: Any) -> None:
    @prepared
    def _of(event: Any) -> QuerySet[Attraction]:
        return Attraction.objects.filter(event=event).select_related("pool").prefetch_related("ticket_types")

    with scope(organisation):
        attraction = make.attraction(capacity=3)
        [found] = _of(event=attraction.event_id)

        assert found.pool.capacity == 3
        assert list(found.ticket_types.all()) == list(attraction.ticket_types.all())


def test_takes_its_values_by_name_only(organisation: Any, called: Any) -> None:
    with scope(organisation), pytest.raises(TypeError):
        called("nothing")


def test_an_update_reaches_no_other_organisation_without_the_wall_in_the_database(organisation: Any) -> None:
    other = make.organisation()
    with scope(organisation):
        event = make.event()
        before = event.state
    with scope(other), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        assert update_where(Event, event.pk, (before,), {"reason": "theirs"}) == 0
        cursor.execute("SET ROLE kring_app")
    with scope(organisation):
        assert update_where(Event, event.pk, ("cancelled",), {"reason": "not in this state"}) == 0
        assert update_where(Event, event.pk, (before,), {"reason": "ours"}) == 1
        event.refresh_from_db()
    assert event.reason == "ours"
