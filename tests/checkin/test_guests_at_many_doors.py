"""D5: a guest at 32 doors at the same moment is ticked off once. Real connections, real transactions."""

from __future__ import annotations

import time

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from kring.checkin.guests import arriving, keeping, uploading
from kring.checkin.guests.refusals import GuestKnown, SeenOtherwise
from kring.checkin.models import Guest, GuestArrival, GuestUpload, Location
from kring.core.tenancy import scope
from tests import make
from tests.checkin.test_many_doors import DOORS, at_all_doors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(organisation):
    with scope(organisation):
        event = make.event_today()
        for number in range(DOORS):
            Location.objects.create(event=event, name=f"Gate {number}")
    return event


def tick_off(guest, number, *, entrance, seen=0) -> str:
    try:
        with transaction.atomic():
            arriving.tick_off(guest, number, seen=seen, location=entrance, user=None)
    except SeenOtherwise:
        return "seen otherwise"
    return "let in"


@pytest.mark.parametrize(("companions", "number"), [(0, 1), (3, 4), (3, 1)])
def test_a_guest_at_32_doors_at_once_is_ticked_off_once(organisation, event, companions, number):
    with scope(organisation):
        guest = keeping.add(event, name="Jan Jansen", companions=companions)

    result = at_all_doors(organisation, lambda entrance: _fresh(guest, number, entrance))

    assert result == {"let in": 1, "seen otherwise": DOORS - 1}
    with scope(organisation):
        assert Guest.objects.get().arrived == number
        assert GuestArrival.objects.aggregate(sum=Sum("number"))["sum"] == number


def _fresh(guest, number, entrance) -> str:
    return tick_off(Guest.objects.get(pk=guest.pk), number, entrance=entrance)


def test_the_same_doors_tick_off_several_when_the_code_looks_first_and_writes_after(organisation, event):
    """The control: were `tick_off` written so, the test above would fail."""
    with scope(organisation):
        guest = keeping.add(event, name="Jan Jansen")

    def look_then_write(entrance) -> str:
        found = Guest.objects.get(pk=guest.pk)
        if found.arrived:
            return "seen otherwise"
        time.sleep(0.01)
        Guest.objects.filter(pk=guest.pk).update(arrived=1, arrived_at=timezone.now())
        GuestArrival.objects.create(guest=found, number=1, location=entrance)
        return "let in"

    assert at_all_doors(organisation, look_then_write)["let in"] > 1


def test_a_mistake_is_undone_once_at_all_doors(organisation, event):
    with scope(organisation):
        guest = keeping.add(event, name="Jan Jansen", companions=1)
        tick_off(guest, 2, entrance=None)

    def undo(entrance) -> str:
        found = Guest.objects.get(pk=guest.pk)
        try:
            with transaction.atomic():
                arriving.undo(found, 1, seen=2, reason="Mistake", location=entrance, user=None)
        except SeenOtherwise:
            return "seen otherwise"
        return "undone"

    assert at_all_doors(organisation, undo) == {"undone": 1, "seen otherwise": DOORS - 1}
    with scope(organisation):
        assert Guest.objects.get().arrived == 1


def test_one_name_typed_at_32_desks_at_once_stands_there_once(organisation, event):
    def add(entrance) -> str:
        try:
            with transaction.atomic():
                keeping.add(entrance.event, name="Jan Jansen")
        except GuestKnown:
            return "known"
        return "added"

    assert at_all_doors(organisation, add) == {"added": 1, "known": DOORS - 1}


def test_the_same_file_uploaded_32_times_at_once_is_on_the_list_once(organisation, event):
    rows = [[number, [f"Guest {number}"]] for number in range(50)]
    with scope(organisation):
        uploads = {
            entrance: GuestUpload.objects.create(event=event, name="guests.csv", targets=["name"], rows=rows).pk
            for entrance in Location.objects.values_list("pk", flat=True)
        }

    def put(entrance) -> str:
        upload = GuestUpload.objects.select_related("event").get(pk=uploads[entrance.pk])
        uploading.begin(upload)
        return str(upload.counts["added"])

    assert at_all_doors(organisation, put) == {"50": 1, "0": DOORS - 1}
    with scope(organisation):
        assert Guest.objects.count() == 50
