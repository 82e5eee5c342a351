"""What may be changed of an event, and when (E4): everything while it is new; later what hurts nobody registered."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from kring.events.models import Attraction, Event, TicketType
from kring.events.refusals import Locked, MorePlacesOnly, NotEditable, WaitsForApproval

# Descriptions, pictures and the dates of registration. Places are a matter of their own: only more of them.
DATES = {"registration_opens_at", "registration_closes_at", "grace_days"}
STAYS_OPEN: dict[type[models.Model], frozenset[str]] = {
    Event: frozenset({"summary", "description", "photo", "photo_text", *DATES}),
    Attraction: frozenset({"description", "position", *DATES}),
    # Taken off sale, a type keeps what was sold of it.
    TicketType: frozenset({"description", "is_on_sale", "position"}),
}


def hold_still(event: Event) -> None:
    """While it is new: nobody submits it, or has done so meanwhile, until the end of the transaction. One statement."""
    if event.is_editable:
        rows = Event.objects.select_for_update(no_key=True).filter(pk=event.pk)
        event.state = rows.values_list("state", flat=True).get()


def demand_editable(event: Event) -> None:
    """For whatever changes the make-up of an event: its parts, forms, rules. Raises NotEditable."""
    hold_still(event)
    if not event.is_editable:
        raise NotEditable(event=event, state=event.get_state_display())


def demand_open(event: Event, row: models.Model, fields: dict[str, Any]) -> None:
    """For a change of these fields of the event, or of a part of it. Raises Locked with the field, WaitsForApproval."""
    hold_still(event)
    if event.is_editable:
        return
    differing = [name for name, value in fields.items() if _differs(getattr(row, name), value)]
    if differing and event.state == Event.State.PENDING:
        raise WaitsForApproval
    for name in differing:
        if name not in STAYS_OPEN[type(row)]:
            raise Locked(name, label=row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def demand_more_places(event: Event, old: int | None, new: int | None) -> None:
    """None: no limit, which is more than any. Raises MorePlacesOnly, WaitsForApproval."""
    if event.is_editable or old == new:
        return
    if event.state == Event.State.PENDING:
        raise WaitsForApproval
    if old is None or (new is not None and new < old):
        raise MorePlacesOnly(places="∞" if old is None else old)


def is_locked(event: Event | None, model: type[models.Model], name: str) -> bool:
    """Whether a form shows this field as it is, not to be changed. `places` stays open: there may be more."""
    if event is None or event.is_editable:
        return False
    return event.state == Event.State.PENDING or name not in STAYS_OPEN[model] | {"places"}


def _differs(stored: Any, wanted: Any) -> bool:
    if isinstance(stored, FieldFile):
        return (stored.name or "") != (getattr(wanted, "name", "") or "")
    return bool(stored != wanted)
