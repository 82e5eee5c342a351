"""Guests ticked off at the door, each of them once, however many doors there are (D5)."""

from __future__ import annotations

from django.db.models import Exists, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from kring.accounts.models import User
from kring.checkin.guests.refusals import NoGuestsForCancelled, SeenOtherwise
from kring.checkin.models import Guest, GuestArrival, Location
from kring.core.transactions import in_transaction
from kring.events.models import Event
from kring.organisations import audit


@in_transaction
def tick_off(
    guest: Guest, number: int, *, seen: int, location: Location | None, device: str = "", user: User | None
) -> None:
    """`number` more of the party came in, of whom `seen` were in when the door looked.

    Two doors at once, and a button pressed twice, count once: raises SeenOtherwise. NoGuestsForCancelled.
    """
    now, where = timezone.now(), location.name if location else ""
    # Conditions on the row itself, which PostgreSQL checks again after it waited for another door; and a subquery, no
    # join: given one, Django moves all of them into a subquery, which is looked at once, and both doors would win.
    called_off = Event.objects.filter(pk=guest.event_id, state=Event.State.CANCELLED)
    free = Guest.objects.filter(~Exists(called_off), pk=guest.pk, arrived=seen, companions__gte=seen + number - 1)
    if number < 1 or not free.update(
        arrived=F("arrived") + number, arrived_at=Coalesce("arrived_at", Value(now)), arrived_where=where
    ):
        raise _why_not(guest)
    GuestArrival.objects.create(
        guest=guest, number=number, location=location, location_name=where, device=device[:64], by=user, at=now
    )
    guest.refresh_from_db(fields=["arrived", "arrived_at", "arrived_where"])


@in_transaction
def undo(
    guest: Guest, number: int, *, seen: int, reason: str, location: Location | None, device: str = "", user: User | None
) -> None:
    """`number` of the `seen` who were in did not come: a mistake. Raises SeenOtherwise, also for the second of two."""
    where = location.name if location else ""
    rows = Guest.objects.filter(pk=guest.pk, arrived=seen)
    if number == seen:
        changes: dict[str, object] = {"arrived": 0, "arrived_at": None, "arrived_where": ""}
    else:
        changes = {"arrived": F("arrived") - number}
    if not 1 <= number <= seen or not rows.update(**changes):
        raise _why_not(guest)
    GuestArrival.objects.create(
        guest=guest,
        number=-number,
        location=location,
        location_name=where,
        device=device[:64],
        reason=reason[:300],
        by=user,
    )
    audit.log("guest.undone", guest.event, old={"guest": guest.pk, "arrived": seen}, new={"reason": reason})
    guest.refresh_from_db(fields=["arrived", "arrived_at", "arrived_where"])


def _why_not(guest: Guest) -> NoGuestsForCancelled | SeenOtherwise:
    guest.refresh_from_db()
    if Event.objects.filter(pk=guest.event_id, state=Event.State.CANCELLED).exists():
        return NoGuestsForCancelled()
    return SeenOtherwise(name=guest.name, arrived=guest.arrived, people=guest.people)
