"""An evening that begins in an hour: the event to try check-in with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.demo import acting
from kring.demo.people import Crowd
from kring.events import editing, editing_parts, lifecycle
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event, Organiser, TicketType
from kring.organisations.models import Organisation

DESCRIPTION = """\
Kom luisteren, proeven en vragen stellen. Drie artsen vertellen wat zij zelf eten, en waarom.

Vrije inloop; de zaal is open vanaf een half uur voor het begin.
"""


def make(here: Organisation, crowd: Crowd, staff: dict[str, User], organiser: Organiser) -> None:
    with acting.inside(here), acting.as_staff(staff["organiser"]):
        event = _evening(here, organiser, staff)
        place = TicketType.objects.get(attraction__event=event)
    visitors = acting.Visitors(here, event, crowd, staff)
    for number in range(14):
        visitors.pay(visitors.order([place] * (1 + number % 2)))
    visitors.come(5, "Ingang")


def _evening(here: Organisation, organiser: Organiser, staff: dict[str, User]) -> Event:
    begin = timezone.localtime(timezone.now(), here.zone).replace(minute=0, second=0, microsecond=0)
    begin += timedelta(hours=1)
    event = editing.create_event(
        created_by=staff["organiser"],
        name="Open avond: wat eten artsen?",
        edition="",
        slug="open-avond",
        code=f"OPEN{begin.year}",
        summary="Drie artsen over hun eigen bord. Gratis, met hapjes.",
        description=DESCRIPTION,
        organiser=organiser,
        location="Bibliotheek Neude, Utrecht",
        address="Neude 11, 3512 AE Utrecht",
        starts_at=begin,
        ends_at=begin + timedelta(hours=4),
        registration_opens_at=timezone.now() - timedelta(weeks=3),
        registration_closes_at=None,
    )
    editing_parts.add_attraction(
        event,
        name="Open avond",
        description="Lezingen en hapjes.",
        places=60,
        ticket_types=[TicketTypeWish("Bezoeker", Decimal(0), Decimal(0), "")],
    )
    lifecycle.submit(event)
    return event
