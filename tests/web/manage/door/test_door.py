"""The door of an event as staff see it."""

from __future__ import annotations

from typing import Any

import pytest

from kring.checkin.models import Location
from kring.core.tenancy import scope
from tests import make
from tests.registrations.tickets import make_ticket
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


def test_entrances_are_added_renamed_and_removed(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event()
    organiser.act("event_door", event.pk, name="North")
    assert errors(organiser.act("event_door", event.pk, name="North")).keys() == {"name"}
    with scope(organiser.organisation):
        north = Location.objects.get()

    organiser.act("entrance", event.pk, north.pk, name="South")
    with scope(organiser.organisation):
        assert Location.objects.get().name == "South"

    organiser.act("entrance_removal", event.pk, north.pk)
    with scope(organiser.organisation):
        assert not Location.objects.exists()


@pytest.mark.parametrize(("role", "may_scan"), [("organiser", False), ("door", True), ("org_admin", True)])
def test_the_page_of_the_door_leads_to_the_scanner_or_says_who_may_open_it(
    staff: Any, role: str, may_scan: bool
) -> None:
    client = staff(role)
    with scope(client.organisation):
        event = make.event()

    shown = text(client.page("event_door", event.pk))

    assert ("Scan tickets" in shown, "An administrator can give it" in shown) == (may_scan, not may_scan)


def test_the_door_counts_who_is_in_and_a_volunteer_changes_nothing_there(staff: Any) -> None:
    door = staff("door")
    with scope(door.organisation):
        ticket = make_ticket(admitted=True)
        event = ticket.registration.event
        make_ticket(event=event)

    assert "Let in 1 of 2 tickets" in text(door.page("event_door", event.pk))
    assert column(door.page("event_door", event.pk), "Result") == ["let in"]
    door.act("event_door", event.pk, name="Mine")
    with scope(door.organisation):
        assert Location.objects.get().name == "North gate"
