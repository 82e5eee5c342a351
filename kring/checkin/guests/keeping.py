"""Guests on the list of an event: added, changed, removed, forgotten.

Whoever adds or renames waits for others who do so in the same event. The log has no names: they are to be forgotten.
"""

from __future__ import annotations

from django.db.models import Max

from kring.checkin.guests.refusals import FewerThanArrived, GuestCame, GuestKnown, TooManyGuests
from kring.checkin.models import Guest, GuestUpload
from kring.core.locks import lock
from kring.core.searching import normal
from kring.core.transactions import in_transaction
from kring.events.models import Event
from kring.organisations import audit

MOST_GUESTS = 20_000
FIELDS = ("name", "companions", "invited_by", "note")


def hold(event: Event) -> None:
    """Nobody else adds or renames guests of this event until the transaction ends."""
    lock([f"guests:{event.pk}"])


@in_transaction
def add(
    event: Event, *, name: str, companions: int = 0, invited_by: str = "", note: str = "", same_name: bool = False
) -> Guest:
    """Raises GuestKnown unless somebody with the `same_name` is wanted beside the one there is; TooManyGuests."""
    hold(event)
    if event.guests.count() >= MOST_GUESTS:
        raise TooManyGuests(number=MOST_GUESTS)
    twin = _twin(event, name, same_name=same_name)
    guest = Guest.objects.create(
        event=event, name=name, companions=companions, invited_by=invited_by, note=note, twin=twin
    )
    audit.log("guest.added", event, new={"guest": guest.pk, "companions": companions})
    return guest


@in_transaction
def change(guest: Guest, *, same_name: bool = False, **fields: str | int) -> None:
    """Only what is given. Raises GuestKnown, FewerThanArrived."""
    hold(guest.event)
    # Doors wait, so that nobody comes in between.
    now = Guest.objects.select_for_update(no_key=True).get(pk=guest.pk)
    changed: dict[str, str | int] = {name: value for name, value in fields.items() if getattr(now, name) != value}
    if not changed:
        return
    if now.arrived > int(changed.get("companions", now.companions)) + 1:
        raise FewerThanArrived(number=now.arrived)
    if "name" in changed and normal(str(changed["name"])) != now.name_key:
        changed["twin"] = _twin(guest.event, str(changed["name"]), same_name=same_name)
    Guest.objects.filter(pk=guest.pk).update(**changed)
    guest.refresh_from_db()
    audit.log("guest.changed", guest.event, new={"guest": guest.pk, "changed": sorted(set(changed) & set(FIELDS))})


@in_transaction
def remove(guest: Guest) -> None:
    """Raises GuestCame."""
    number, _tables = Guest.objects.filter(pk=guest.pk, arrived=0).delete()
    if not number:
        raise GuestCame(name=guest.name)
    audit.log("guest.removed", guest.event, old={"guest": guest.pk})


def _twin(event: Event, name: str, *, same_name: bool) -> int:
    """The number of this guest among those of the same name."""
    others = event.guests.filter(name_key=normal(name)).aggregate(last=Max("twin"))["last"]
    if others is None:
        return 0
    if not same_name:
        raise GuestKnown(name=name)
    return int(others) + 1


def forget_old() -> int:
    """Names are personal data: some time after their event they go; how many came stays in the log. How many guests."""
    forgotten = 0
    keys = Guest.objects.forgettable().order_by().values_list("event", flat=True).distinct()
    for event in Event.objects.filter(pk__in=list(keys)):
        guests = Guest.objects.filter(event=event)
        counted = guests.counted()
        guests.delete()
        audit.log("guests.forgotten", event, old=counted)
        forgotten += counted["guests"]
    GuestUpload.objects.forgettable().delete()
    return forgotten
