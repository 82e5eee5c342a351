"""An event as a card in a list: its lowest price and the places left."""

from __future__ import annotations

from collections.abc import Iterable

from kring.events.models import Event
from kring.events.offering import Availability, availability_of


def cards(events: Iterable[Event]) -> list[Availability]:
    """Cards in the order of `events` (a queryset with `pool`). A constant number of queries."""
    return availability_of(list(events))


def upcoming_cards() -> list[Availability]:
    return cards(Event.objects.listed().upcoming().with_what_a_page_shows())
