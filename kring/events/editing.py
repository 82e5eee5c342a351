"""Making and changing an event (E1, E2); its parts are in `composing`. Every act is in the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kring.core.refusals import Refusal
from kring.events.models import Attraction, Event, Organiser, TicketType
from kring.events.refusals import (
    AddressIsPublic,
    CodeIsOnTickets,
    LimitTooLate,
    NothingToRegisterFor,
    NoWayToPay,
    as_the_database_says,
)
from kring.organisations import audit
from kring.organisations.changing import change
from kring.places import capacity
from kring.places.models import Pool


def create_organiser(**fields: Any) -> Organiser:
    """Raises Taken when there is one with this name."""
    with as_the_database_says(Organiser):
        organiser = Organiser.objects.create(**fields)
    audit.log("organiser.created", organiser, new={"name": organiser.name})
    return organiser


def create_event(*, created_by: Any, places: int | None = None, **fields: Any) -> Event:
    """A new event, not yet public. `places` limits all its attractions together; None: only they count.

    Raises Taken when address or ticket code are another event's.
    """
    with as_the_database_says(Event):
        event = Event.objects.create(created_by=created_by, pool=new_pool(places), **fields)
    audit.log("event.created", event, new={"slug": event.slug, "starts_at": event.starts_at, "places": places})
    return event


@transaction.atomic
def change_event(event: Event, *, places: int | None, **fields: Any) -> None:
    """Raises CodeIsOnTickets and AddressIsPublic once it is public, Taken, TooFewPlaces, LimitTooLate."""
    if event.state != Event.State.NEW:
        if fields.get("code", event.code) != event.code:
            raise CodeIsOnTickets(ticket_code=event.code)
        if fields.get("slug", event.slug) != event.slug:
            raise AddressIsPublic(slug=event.slug)
    with as_the_database_says(event):
        change(event, "event.changed", **fields)
    set_places(event, event, places)


def publish(event: Event) -> None:
    """From now on everybody sees it. Raises NothingToRegisterFor, NoWayToPay, WrongState."""
    if missing := missing_for_publication(event):
        raise missing[0]
    event.accept()
    audit.log("event.published", event)


def missing_for_publication(event: Event) -> list[Refusal]:
    """What `publish` would refuse the event for."""
    types = TicketType.objects.filter(attraction__event=event, is_on_sale=True)
    prices = list(types.values_list("price", flat=True))
    missing: list[Refusal] = []
    if not prices:
        missing.append(NothingToRegisterFor())
    if any(price > 0 for price in prices) and not event.payment_options.exists():
        missing.append(NoWayToPay())
    return missing


@transaction.atomic
def remove_event(event: Event) -> None:
    """With all its parts, for good. Raises HasRegistrations, also when all are cancelled: money points there."""
    pools = [event.pool_id, *event.attractions.values_list("pool_id", flat=True)]
    pools += TicketType.objects.filter(attraction__event=event).values_list("pool_id", flat=True)
    audit.log("event.removed", event, old={"slug": event.slug, "starts_at": event.starts_at})
    with as_the_database_says(event):
        event.delete()
    forget_pools(pools)


def new_pool(places: int | None) -> Pool | None:
    return None if places is None else Pool.objects.create(capacity=places)


def set_places(subject: Event | Attraction | TicketType, event: Event, places: int | None) -> None:
    """The limit of an event, or of one of its attractions or ticket types; None: no limit.

    Raises TooFewPlaces when more are taken, LimitTooLate where nobody has counted how many are.
    """
    old = subject.pool.capacity if subject.pool else None
    if old == places:
        return
    if subject.pool:
        capacity.set_capacity(subject.pool, places)
    elif event.state != Event.State.NEW:
        raise LimitTooLate()
    else:
        subject.pool = new_pool(places)
        subject.save(update_fields=["pool"])
    audit.log("places.changed", subject, old={"places": old}, new={"places": places})


def forget_pools(pools: Iterable[int | None]) -> None:
    Pool.objects.filter(pk__in=[pk for pk in pools if pk is not None]).delete()
