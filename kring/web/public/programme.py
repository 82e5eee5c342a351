"""Rules of who may come and of prices, and the sessions inside attractions, on the page of an event (V1, D2, E9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from kring.events.eligibility import ruling
from kring.events.models import Attraction, Event, Session
from kring.events.offering import AttractionOffer, Window
from kring.events.pricing.wording import Announcement, announced
from kring.places.capacity import free_places


@dataclass(frozen=True)
class Shown:
    """`left` None: no limit."""

    session: Session
    left: int | None


@dataclass(frozen=True)
class ProgrammePart:
    """`attraction` None where there is but one, or where the whole event has the same rules."""

    attraction: Attraction | None
    sessions: list[Shown]
    sentences: list[str]


class AnnouncedRule(NamedTuple):
    """`attraction` None: it is for the whole event, or there is but one."""

    rule: Announcement
    attraction: Attraction | None


def shown(offers: list[AttractionOffer]) -> list[ProgrammePart]:
    """The sessions of each attraction that has some. One query, another where one seems full."""
    attractions = [offer.attraction for offer in offers]
    sessions = list(Session.objects.filter(attraction__in=attractions).select_related("pool"))
    free = free_places([each.pool for each in sessions])
    found = {
        each.pk: [Shown(own, free[own.pool_id]) for own in sessions if own.attraction_id == each.pk]
        for each in attractions
    }
    return [_part(each, attractions, sessions=found[each.pk]) for each in attractions if found[each.pk]]


def who_may_come(event: Event, offers: list[AttractionOffer]) -> list[ProgrammePart]:
    """The sentences of the rules, once where all attractions have the same. One query."""
    attractions = [offer.attraction for offer in offers]
    found = ruling.sentences_of(event, attractions)
    if len({tuple(each) for each in found.values()}) == 1:
        attractions = attractions[:1]
    return [_part(each, attractions, sentences=found[each.pk]) for each in attractions if found[each.pk]]


def price_rules(event: Event, offers: list[AttractionOffer]) -> list[AnnouncedRule]:
    """Of what is shown, those that anybody may know of, unless all has closed. One query where there are any."""
    shown = {
        offer.attraction.pk: offer.attraction for offer in offers if offer.tickets and offer.window != Window.CLOSED
    }
    found = announced(event, timezone.now()) if shown else []
    mine = [each for each in found if each.attraction is None or each.attraction in shown]
    return [
        AnnouncedRule(each, shown[each.attraction] if each.attraction and len(offers) > 1 else None) for each in mine
    ]


def _part(
    attraction: Attraction,
    among: list[Attraction],
    *,
    sessions: list[Shown] | None = None,
    sentences: list[str] | None = None,
) -> ProgrammePart:
    return ProgrammePart(attraction if len(among) > 1 else None, sessions or [], sentences or [])
