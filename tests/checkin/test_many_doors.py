"""K3: one ticket at 32 doors at the same moment is let in once. Real connections, real transactions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from kring.checkin import admission, scanning
from kring.checkin.letting_in import let_in
from kring.checkin.models import Location, Scan
from kring.checkin.scanning import scan
from kring.core.tenancy import scope
from kring.registrations import codes
from kring.registrations.models import Ticket
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

DOORS = 32


@pytest.fixture
def ticket(organisation):
    with scope(organisation):
        ticket = make_ticket(event=make.event_today())
        for number in range(DOORS):
            Location.objects.create(event=ticket.registration.event, name=f"Gate {number}")
    return ticket


def at_all_doors(organisation, act: Callable[[Location], str]) -> Counter[str]:
    """How often each answer was given when all doors scanned in the same instant, each on its own connection."""
    with scope(organisation):
        entrances = list(Location.objects.select_related("event"))
    ready = Barrier(len(entrances))

    def at(entrance: Location) -> str:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            with scope(organisation):
                return act(entrance)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(entrances)) as doors:
        return Counter(doors.map(at, entrances))


def test_one_ticket_at_32_doors_at_once_is_let_in_once(organisation, ticket):
    with scope(organisation):
        code = codes.code_of(ticket)

    result = at_all_doors(
        organisation,
        lambda entrance: scan(code, event=entrance.event, location=entrance, device="", user=None).result.value,
    )

    assert result == {"valid": 1, "already_scanned": DOORS - 1}
    with scope(organisation):
        logged = Counter(Scan.objects.values_list("result", flat=True))
        let_in = Scan.objects.get(result="valid")
        assert logged == result
        assert Ticket.objects.get().admitted_where == let_in.location_name


def test_the_losing_doors_all_name_the_winning_one(organisation, ticket):
    with scope(organisation):
        code = codes.code_of(ticket)

    places = at_all_doors(
        organisation,
        lambda entrance: scan(code, event=entrance.event, location=entrance, device="", user=None).scan_location,
    )

    with scope(organisation):
        assert places == {"": 1, Ticket.objects.get().admitted_where: DOORS - 1}


def test_the_same_doors_let_in_several_when_the_code_looks_first_and_writes_after(organisation, ticket, monkeypatch):
    """The control: were `let_in` written so, the tests above would fail."""

    def look_then_write(read, code, *, location, **_):
        ticket = scanning._ticket_of(read)
        if ticket.admitted_at:
            return None
        time.sleep(0.01)
        Ticket.objects.filter(pk=ticket.pk).update(admitted_at=timezone.now(), admitted_where=location.name)
        return ticket

    monkeypatch.setattr(scanning, "let_in", look_then_write)
    with scope(organisation):
        code = codes.code_of(ticket)

    result = at_all_doors(
        organisation,
        lambda entrance: scan(code, event=entrance.event, location=entrance, device="", user=None).result.value,
    )

    assert result["valid"] > 1


def test_only_the_first_admission_is_announced(organisation, ticket, monkeypatch):
    result: list[int] = []
    monkeypatch.setattr(admission, "on_first_admission", [lambda ticket: result.append(ticket.pk)])
    with scope(organisation):
        code = codes.code_of(ticket)

    at_all_doors(
        organisation,
        lambda entrance: scan(code, event=entrance.event, location=entrance, device="", user=None).result.value,
    )

    assert result == [ticket.pk]


def test_a_ticket_that_becomes_good_between_the_two_looks_is_let_in_and_logged_once(organisation, ticket, monkeypatch):
    looks = iter([None])

    def first_look_misses(*args, **kwargs):
        return let_in(*args, **kwargs) if next(looks, "again") == "again" else None

    monkeypatch.setattr(scanning, "let_in", first_look_misses)
    with scope(organisation):
        result = scan(codes.code_of(ticket), event=ticket.registration.event, location=None, device="", user=None)

        assert result.result == "valid"
        assert list(Scan.objects.values_list("result", flat=True)) == ["valid"]
