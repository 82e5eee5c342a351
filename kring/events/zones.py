"""Changing coming events when the organisation changes its time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

from kring.events.models import Attraction, Campaign, Event, PriceRule, Session, TicketType, WaitingList
from kring.events.models.event import EventQuerySet
from kring.events.pricing.conditions import condition_of
from kring.events.pricing.price_list import as_rule
from kring.organisations.changing import change, change_settings
from kring.organisations.models import Organisation

# The local times of each kind of row, an opening before its close.
MOMENTS: dict[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Event: (
        "event.changed",
        ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "data_changeable_until"),
    ),
    Attraction: ("attraction.changed", ("registration_opens_at", "registration_closes_at")),
    TicketType: ("ticket_type.changed", ("sold_from", "sold_until")),
    Session: ("session.changed", ("starts_at", "ends_at", "closes_at")),
    WaitingList: ("waiting_list.changed", ("ends_at",)),
    Campaign: ("campaign.changed", ("valid_from", "valid_until")),
}


PERIODS = (
    ("registration_opens_at", "registration_closes_at"),
    ("sold_from", "sold_until"),
    ("valid_from", "valid_until"),
)


@dataclass(frozen=True)
class MovedStart:
    """When it starts: `now` by the present local time, `then` the same moment in the new zone; both without a zone."""

    event: Event
    now: datetime
    then: datetime


def would_move(organisation: Organisation, zone: str) -> list[MovedStart]:
    """The events still to begin whose local times would change if their moments were kept. One statement."""
    here, there = organisation.zone, ZoneInfo(zone)
    rows = [
        MovedStart(event, timezone.make_naive(event.starts_at, here), timezone.make_naive(event.starts_at, there))
        for event in _to_come().order_by("starts_at", "pk")
    ]
    return [row for row in rows if row.now != row.then]


@transaction.atomic
def change_with_events(organisation: Organisation, *, keep_the_clock: bool, **settings: object) -> None:
    """The settings; with another time zone all times of coming events keep their local time of day where that is
    wanted, else their instant. Past events are not changed. Each change is logged with the old value."""
    before = organisation.zone
    change_settings(organisation, **settings)
    if not keep_the_clock or organisation.zone == before:
        return
    events = list(_to_come().select_for_update(no_key=True).order_by("pk"))
    attractions = Attraction.objects.filter(event__in=events).order_by("pk")
    rows: list[Any] = [
        *events,
        *attractions,
        *TicketType.objects.filter(attraction__event__in=events).order_by("pk"),
        *Session.objects.filter(attraction__event__in=events).order_by("pk"),
        *WaitingList.objects.filter(event__in=events).order_by("pk"),
        *Campaign.objects.filter(event__in=events).order_by("pk"),
    ]
    _move_price_rules(events, before, organisation.zone)
    for row in rows:
        action, names = MOMENTS[type(row)]
        change(row, action, **_moved(row, names, before, organisation.zone))


def _move_price_rules(events: list[Event], old: ZoneInfo, new: ZoneInfo) -> None:
    """The dates of early birds: what is over stays."""
    now = timezone.now()

    def moved(moment: datetime) -> datetime:
        return timezone.localtime(moment, old).replace(tzinfo=new) if moment > now else moment

    for event in events:
        for row in PriceRule.objects.of_event(event):
            if known := condition_of(as_rule(row)):
                change(row, "price_rule.changed", settings=known.moved(row.settings, moved))


def _to_come() -> EventQuerySet:
    return Event.objects.exclude(state=Event.State.CANCELLED).filter(starts_at__gt=timezone.now())


def _moved(row: object, names: tuple[str, ...], old: ZoneInfo, new: ZoneInfo) -> dict[str, datetime]:
    now = timezone.now()
    values = {name: getattr(row, name) for name in names}
    moved = {
        name: timezone.localtime(value, old).replace(tzinfo=new)
        for name, value in values.items()
        if value is not None and value > now
    }
    for opening, closing in PERIODS:
        opens, closes = values.get(opening), moved.get(closing)
        if opens and closes and opening not in moved and closes <= opens:
            # It opened a moment ago and was to close within the difference.
            moved[closing] = values[closing]
    return moved
