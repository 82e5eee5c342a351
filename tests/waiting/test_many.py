"""Thousands of waiting entries: the cost of inviting them grows no faster than their number."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.core import query_plans
from kring.events.models import Attraction
from kring.places.capacity import set_capacity
from kring.places.models import Pool
from kring.waiting import inviting
from kring.waiting.models import WaitingEntry, WaitingWish
from tests.waiting.queueing import sold_out

pytestmark = pytest.mark.usefixtures("in_scope")

POINTED_TO = ("places_hold", "mail_message", "waiting_entry", "procrastinate_jobs")


@pytest.mark.parametrize("people", [2, 30, query_plans.MANY])
def test_inviting_many_costs_as_many_statements_as_inviting_few(people, django_assert_num_queries):
    attraction = waited_for(people)
    place_for(attraction, people)

    # Where they are many, one more: to plan again.
    with django_assert_num_queries(22 + (people >= query_plans.MANY)):
        assert inviting.fill(attraction.event_id) == people


def test_a_plan_made_for_nearly_empty_tables_is_not_kept_for_many():
    few, many = waited_for(10), waited_for(query_plans.MANY)
    vacuum_came_by()
    place_for(few, 10)
    inviting.fill(few.event_id)
    place_for(many, query_plans.MANY)
    before = rows_read_one_by_one()

    inviting.fill(many.event_id)

    read = {table: number - before[table] for table, number in rows_read_one_by_one().items()}
    assert all(number < 10 * query_plans.MANY for number in read.values()), read


def waited_for(people: int) -> Attraction:
    """By so many."""
    attraction = sold_out(places=0)
    rows = (WaitingEntry(event=attraction.event, name=f"P {n}", email=f"p-{n}@example.org") for n in range(people))
    WaitingWish.objects.bulk_create(
        WaitingWish(entry=entry, attraction=attraction) for entry in WaitingEntry.objects.bulk_create(rows)
    )
    return attraction


def place_for(attraction: Attraction, people: int) -> None:
    set_capacity(Pool.objects.get(pk=attraction.pool_id), people)


def vacuum_came_by() -> None:
    """It records that an empty table is empty; without statistics the planner takes it for a larger one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        for table in POINTED_TO:
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("RESET ROLE")


def rows_read_one_by_one() -> dict[str, int]:
    """In this transaction, by statements and checks of keys that found no index worth while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables")
        return {table: number for table, number in cursor.fetchall() if table in POINTED_TO}
