"""The entrances of an event, and how many came through them (K6)."""

from __future__ import annotations

import pytest

from kring.checkin import locations
from kring.checkin.attendance import Attendance, attendance
from kring.checkin.models import Location, Scan
from kring.checkin.refusals import LocationNameTaken
from kring.checkin.scanning import scan
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.registrations import codes
from kring.registrations.models import Registration
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(in_scope):
    return make.event_today()


def test_an_event_has_a_main_entrance_as_soon_as_one_is_needed(event):
    made = locations.of(event)

    assert made.name == "Main entrance"
    assert locations.of(event) == made
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["location.added"]


def test_an_entrance_is_added_renamed_and_removed_and_the_log_tells(event):
    gate = locations.add(event, "North gate")
    locations.rename(gate, "Gate 1")
    locations.remove(gate)

    assert not Location.objects.exists()
    logged = AuditEntry.objects.order_by("pk").values_list("action", "old", "new")
    assert list(logged) == [
        ("location.added", None, {"event": str(event), "name": "North gate"}),
        ("location.renamed", {"name": "North gate"}, {"name": "Gate 1"}),
        ("location.removed", {"name": "Gate 1"}, None),
    ]


def test_a_name_is_given_once_in_an_event_but_again_in_another(event):
    gate = locations.add(event, "Gate")
    other = locations.add(event, "Other")

    with pytest.raises(LocationNameTaken, match="already has an entrance named Gate"):
        locations.add(event, "Gate")
    with pytest.raises(LocationNameTaken):
        locations.rename(other, "Gate")

    assert locations.add(make.event(), "Gate") != gate
    assert [entrance.name for entrance in event.locations.all()] == ["Gate", "Other"]


def test_keeping_the_name_is_no_change(event):
    gate = locations.add(event, "Gate")
    locations.rename(gate, "Gate")

    assert AuditEntry.objects.count() == 1


def test_scans_outlive_their_entrance(event):
    gate = locations.add(event, "Gate")
    scan(codes.code_of(make_ticket(event=event)), event=event, location=gate, device="", user=None)

    locations.remove(gate)

    assert Scan.objects.values_list("location", "location_name").get() == (None, "Gate")


def test_the_counter_knows_here_and_everywhere_and_who_may_still_come(event):
    north, south = locations.add(event, "North"), locations.add(event, "South")
    tickets = [make_ticket(event=event) for _ in range(4)]
    for ticket, gate in zip(tickets, [north, north, south], strict=False):
        scan(codes.code_of(ticket), event=event, location=gate, device="", user=None)
    scan(codes.code_of(tickets[0]), event=event, location=south, device="", user=None)
    make_ticket(event=event, state=Registration.State.PAYING)
    make_ticket(admitted=True)

    assert attendance(north) == Attendance(here=2, inside=3, expected=4)
    assert attendance(south) == Attendance(here=1, inside=3, expected=4)


def test_the_entrance_at_a_door_comes_with_its_event(event, django_assert_num_queries):
    gate = locations.add(event, "Gate")

    with django_assert_num_queries(1):
        found = locations.at_door(gate.pk)
        assert (found, found.name, str(found.event), found.event.code) == (gate, "Gate", str(event), event.code)
    assert found.event.slug == event.slug
    assert locations.at_door(gate.pk + 1) is None
    assert locations.at_door(None) is None


def test_an_entrance_of_another_organisation_is_not_at_our_door(organisation):
    with scope(make.organisation()):
        theirs = locations.of(make.event())

    with scope(organisation):
        assert locations.at_door(theirs.pk) is None
