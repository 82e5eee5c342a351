# ruff: noqa: E402 (Django must be set up before its models are imported)
"""A waiting list of thousands: `python -m bench.queueing` frees places and lets people join, in one database, and
prints how long it took and how many statements, as JSON."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, Organiser, TicketType
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.places import capacity
from kring.places.models import Pool
from kring.waiting import inviting, joining, managing
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry, WaitingWish

ENTRIES, FREED, JOINERS, AT_ONCE = 10_000, 5_000, 1_000, 32


def measure() -> dict[str, Any]:
    organisation = Organisation.objects.create(
        name="Waited for", subdomain="queue", contact_email="office@queue.example", status="active"
    )
    with scope(organisation):
        Organiser.objects.create(name="Office")
        small, large, joined = (_attraction(name) for name in ("small", "large", "joined"))
        _wait(small, 20)
        _wait(large, ENTRIES)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET ROLE")
    few = _fill(organisation, small, 10)
    many = _fill(organisation, large, FREED)
    return {"few": few, "many": many, "joining": _join(organisation, joined)}


def _attraction(name: str) -> Attraction:
    starts_at = timezone.now() + timedelta(days=30)
    event = Event.objects.create(
        name=f"Full {name}",
        slug=f"full-{name}",
        code=f"FULL{name.upper()}",
        state=Event.State.ACCEPTED,
        organiser=Organiser.objects.get(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        registration_opens_at=timezone.now() - timedelta(days=1),
    )
    attraction = Attraction.objects.create(event=event, name="Congress", pool=Pool.objects.create(capacity=0))
    TicketType.objects.create(attraction=attraction, name="Visitor", price=10)
    managing.switch_on(event)
    attraction.event = event
    return attraction


def _wait(attraction: Attraction, count: int) -> None:
    languages, zones = ("en", "nl", "pl"), ("", "Europe/Warsaw")
    entries = WaitingEntry.objects.bulk_create(
        WaitingEntry(
            event=attraction.event,
            name=f"Person {number}",
            email=f"person-{number}@{attraction.event.slug}.example",
            language=languages[number % 3],
            time_zone=zones[number % 2],
        )
        for number in range(count)
    )
    WaitingWish.objects.bulk_create(WaitingWish(entry=entry, attraction=attraction) for entry in entries)


def _fill(organisation: Any, attraction: Attraction, places: int) -> dict[str, Any]:
    """Seconds, with the commit."""
    with scope(organisation):
        capacity.set_capacity(attraction.pool, places)
    statements: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # Only the text: writing the values of thousands of mails into it would cost as much as sending them.
        statements.append(sql)
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connection.execute_wrapper(count), scope(organisation):
        invited = inviting.fill(attraction.event_id)
    seconds = time.perf_counter() - began
    with scope(organisation):
        mine = Invitation.objects.filter(attraction=attraction)
        first = WaitingEntry.objects.filter(event=attraction.event).in_order().values_list("pk", flat=True)[:places]
        assert invited == places == mine.count() == mine.filter(message__isnull=False).count()
        assert set(mine.values_list("entry_id", flat=True)) == set(first)
        assert Message.objects.filter(pk__in=mine.values("message")).count() == places
    return {"invited": invited, "seconds": seconds, "statements": len(statements)}


def _join(organisation: Any, attraction: Attraction) -> dict[str, Any]:
    def one(number: int) -> float:
        joiner = Joiner(f"Person {number}", f"person-{number}@joining.example")
        began = time.perf_counter()
        joining.join(organisation, attraction.event, [attraction.pk], joiner)
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        each = sorted(threads.map(one, range(JOINERS)))
    seconds = time.perf_counter() - began
    with scope(organisation):
        entries = WaitingEntry.objects.filter(event=attraction.event)
        joined = len(set(entries.values_list("turn", flat=True)))
        mails = Message.objects.filter(template="waiting-joined", subject_id__in=entries.values("pk")).count()
    return {"joined": joined, "mails": mails, "seconds": seconds, "each": each}


if __name__ == "__main__":
    print(json.dumps(measure()))
