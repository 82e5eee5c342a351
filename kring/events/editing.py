"""Creating and changing an event (E1, E2); its parts are in `editing_parts`. Every act is in the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.events.announcing import announce, facts_of
from kring.events.locking import demand_more_places, demand_open, demand_time
from kring.events.models import Attraction, CampaignCode, Event, TicketType
from kring.events.refusals import LimitTooLate, NeverOpen, NoWayToPay, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.organisations.current import current_organisation
from kring.places import capacity
from kring.places.models import Pool
from kring.plans import limits


def create_event(*, created_by: User | None, places: int | None = None, **fields: object) -> Event:
    """A new event, not yet public. `places` limits all its attractions together; None: only theirs count.

    Raises Taken when another event has its address or ticket code, Contradiction; LimitReached.
    """
    limits.refuse_over(limits.Limited.EVENTS)
    with as_the_database_says(Event):
        event = Event.objects.create(created_by=created_by, pool=new_pool(places), **fields)
    audit.log("event.created", event, new={"slug": event.slug, "starts_at": event.starts_at, "places": places})
    return event


@transaction.atomic
def change_event(event: Event, *, places: int | None, note: str = "", **fields: Any) -> None:
    """Those registered are notified of what concerns them, with the editor's `note`.

    Raises Taken, Contradiction, NeverOpen, TooFewPlaces; those of `locking`, and LimitTooLate once it is not new.
    """
    demand_open(event, event, fields)
    if fields.get("gift_for") and not event.is_editable and not event.payment_options.exists():
        raise NoWayToPay
    times = {name: fields.get(name, getattr(event, name)) for name in ("starts_at", "ends_at")}
    demand_time(event, **times)
    before = facts_of(event)
    with as_the_database_says(event):
        change(event, "event.changed", **fields)
    for attraction in event.attractions.all():
        attraction.event = event
        demand_window(attraction)
    set_places(event, event, places)
    announce(event, before, note=note)


@transaction.atomic
def remove_event(event: Event) -> None:
    """With all its parts, for good. Raises HasRegistrations, also when all are cancelled: payments refer to them."""
    pools = [event.pool_id, *event.attractions.values_list("pool_id", flat=True)]
    pools += TicketType.objects.filter(attraction__event=event).values_list("pool_id", flat=True)
    pools += event.campaigns.values_list("money_id", flat=True)
    pools += CampaignCode.objects.filter(event=event).values_list("pool_id", flat=True)
    audit.log("event.removed", event, old={"slug": event.slug, "starts_at": event.starts_at})
    with as_the_database_says(event):
        event.delete()
    forget_pools(pools)


def end_of_day(moment: datetime) -> datetime:
    """On one day, in the organisation's time zone (E1)."""
    return timezone.localtime(moment, current_organisation().zone).replace(hour=23, minute=59, second=0, microsecond=0)


def demand_window(attraction: Attraction) -> None:
    """Its own dates and the event's together. Raises NeverOpen."""
    if attraction.opens_at is not None and attraction.closes_at <= attraction.opens_at:
        raise NeverOpen(attraction=attraction)


def new_pool(places: int | None) -> Pool | None:
    return None if places is None else Pool.objects.create(capacity=places)


def set_places(subject: Event | Attraction | TicketType, event: Event, places: int | None) -> None:
    """The limit of an event, or of one of its attractions or ticket types; None: no limit.

    Raises TooFewPlaces when more are taken, MorePlacesOnly once the event is no longer new, LimitTooLate where the
    places taken were never counted.
    """
    old = subject.pool.capacity if subject.pool else None
    if old == places:
        return
    if subject.pool:
        capacity.set_capacity(subject.pool, places)
        demand_more_places(event, old, places)
    elif not event.is_editable:
        raise LimitTooLate()
    else:
        subject.pool = new_pool(places)
        subject.save(update_fields=["pool"])
    audit.log("places.changed", subject, old={"places": old}, new={"places": places})


def forget_pools(pools: Iterable[int | None]) -> None:
    Pool.objects.filter(pk__in=[pk for pk in pools if pk is not None]).delete()
