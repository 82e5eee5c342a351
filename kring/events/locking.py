"""Which parts of an event may be changed, and when (E4).

While it is new: everything. Once it was accepted, as the organisation's settings say: either what harms nobody
registered (the rule of document 001, `events_locked_once_accepted`), or whatever those registered can be notified of
(`events.announcing`), until it is over. What is printed on tickets and part of links never changes.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from kring.events.models import Attraction, Event, TicketType
from kring.events.refusals import HasBegun, IsOver, Locked, MorePlacesOnly, NotEditable, OnTickets, WaitsForApproval
from kring.organisations.current import current_organisation

# Descriptions, pictures and the registration dates. Places have their own rule: only more of them.
DATES = {"registration_opens_at", "registration_closes_at", "data_changeable_until", "grace_days"}
STAYS_OPEN: dict[type[models.Model], frozenset[str]] = {
    Event: frozenset({"summary", "description", "photo", "photo_text", "gift_for", *DATES}),
    Attraction: frozenset({"description", "position", "group", "season", "days_to_pay", "team_changes_until", *DATES}),
    # A type taken off sale keeps what was sold of it; an order keeps what it cost (D1).
    TicketType: frozenset(
        {
            *("description", "is_on_sale", "only_with_code", "position", "price", "lowest_price"),
            *("vat_exemption", "vat_changes_on", "next_vat_rate", "next_vat_exemption"),
            *("sold_from", "sold_until"),
            *("fewest_per_order", "most_per_order"),
        }
    ),
}
# The other fields that may be changed.
ON_TICKETS: dict[type[models.Model], frozenset[str]] = {Event: frozenset({"kind", "slug", "code"})}


def is_open(event: Event) -> bool:
    """Whether its parts, prices, rules and facts may be changed: it is new, or alive where nothing is locked."""
    return event.is_editable or (event.state in Event.ALIVE and not current_organisation().events_locked_once_accepted)


def hold_still(event: Event) -> None:
    """It cannot be submitted or change its state until the end of the transaction. One statement at most."""
    if is_open(event):
        rows = Event.objects.select_for_update(no_key=True).filter(pk=event.pk)
        event.state = rows.values_list("state", flat=True).get()


def demand_editable(event: Event) -> None:
    """For changes of an event's parts, forms and rules. Raises NotEditable."""
    hold_still(event)
    if not is_open(event):
        raise NotEditable(event=event, state=event.get_state_display())


def demand_open(event: Event, row: models.Model, fields: dict[str, object]) -> None:
    """For a change of these fields of the event, or of a part of it. Raises Locked with the field, WaitsForApproval."""
    hold_still(event)
    if event.is_editable:
        return
    differing = [name for name, value in fields.items() if _differs(getattr(row, name), value)]
    if differing and event.state == Event.State.PENDING:
        raise WaitsForApproval
    for name in differing:
        if is_locked(event, type(row), name):
            refusal = OnTickets if name in ON_TICKETS.get(type(row), ()) and is_open(event) else Locked
            raise refusal(name, label=row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def demand_time(event: Event, *, starts_at: datetime, ends_at: datetime) -> None:
    """A running event cannot start in the future, and no end can move into the past. Raises HasBegun, IsOver."""
    if event.state not in Event.ALIVE:
        return
    if event.state in Event.RUNNING and starts_at != event.starts_at and starts_at > timezone.now():
        raise HasBegun
    if ends_at != event.ends_at and ends_at <= timezone.now():
        raise IsOver


def demand_more_places(event: Event, old: int | None, new: int | None) -> None:
    """None: no limit, which is more than any. Raises MorePlacesOnly, WaitsForApproval."""
    if is_open(event) or old == new:
        return
    if event.state == Event.State.PENDING:
        raise WaitsForApproval
    if old is None or (new is not None and new < old):
        raise MorePlacesOnly(places="∞" if old is None else old)


def is_locked(event: Event | None, model: type[models.Model], name: str) -> bool:
    """Whether a form shows this field read-only. `places` stays open: there may be more."""
    if event is None or event.is_editable:
        return False
    if is_open(event):
        return name in ON_TICKETS.get(model, ())
    return event.state == Event.State.PENDING or name not in STAYS_OPEN[model] | {"places"}


def _differs(stored: object, wanted: object) -> bool:
    if isinstance(stored, FieldFile):
        return (stored.name or "") != (getattr(wanted, "name", "") or "")
    return bool(stored != wanted)
