"""A football club with a members' evening."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.events import composing, editing, lifecycle, organisers
from kring.events.composing import TicketTypeWish
from kring.events.models import Event, TicketType
from kring.organisations.models import Organisation
from kring.web.demo import acting
from kring.web.demo.people import DUTCH, Crowd

DESCRIPTION = """\
Het seizoen is halverwege: tijd om samen terug te kijken, plannen te maken en een glas te heffen.

- **19:30** Inloop met koffie en oranjekoek
- **20:00** Woord van de voorzitter en de cijfers van de penningmeester
- **20:45** Vrijwilliger van het jaar
- **21:15** Bingo en bitterballen

Partners en ouders van jeugdleden zijn van harte welkom.
"""


def make() -> tuple[Organisation, dict[str, User]]:
    here = acting.organisation(
        "svoranje",
        name="SV Oranje",
        type="voetbalclub",
        city="Amersfoort",
        country="NL",
        contact_email="secretaris@svoranje.example",
        language="nl",
        time_zone="Europe/Amsterdam",
        currency="EUR",
        primary_colour="#B84A00",
        accent_colour="#F7941D",
        bank_account="NL44RABO0123456789",
        events_need_approval=False,
    )
    crowd = Crowd(DUTCH, "mail.example", seed=3)
    with acting.inside(here):
        staff = acting.staff_of("svoranje", crowd, "nl")
        with acting.as_staff(staff["organiser"]):
            event = _evening(here, staff)
        entrance, supper = TicketType.objects.filter(attraction__event=event).order_by("position")
    visitors = acting.Visitors(here, event, crowd, staff)
    for _ in range(22):
        visitors.pay(visitors.order([entrance]))
    for _ in range(9):
        visitors.pay(visitors.order([supper, supper]))
    for _ in range(4):
        visitors.pay(visitors.order([supper]), arrives=False)
    visitors.spread_over_time()
    return here, staff


def _evening(here: Organisation, staff: dict[str, User]) -> Event:
    organiser = organisers.create(
        name="SV Oranje", street="Sportlaan 1", postal_code="3818 AB", city="Amersfoort", country="NL", phone=""
    )
    friday = timezone.localtime(timezone.now(), here.zone) + timedelta(days=11)
    friday += timedelta(days=(4 - friday.weekday()) % 7)
    starts_at = friday.replace(hour=19, minute=30, second=0, microsecond=0)
    event = editing.create_event(
        created_by=staff["organiser"],
        places=120,
        name="Ledenavond",
        edition="",
        slug="ledenavond",
        code="LEDENAVOND",
        summary="Terugkijken, plannen maken en samen een glas heffen in het clubhuis.",
        description=DESCRIPTION,
        organiser=organiser,
        location="Clubhuis SV Oranje",
        address="Sportlaan 1, 3818 AB Amersfoort",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        registration_opens_at=timezone.now() - timedelta(weeks=4),
        registration_closes_at=starts_at - timedelta(days=1),
    )
    acting.photo(event, "svoranje.jpg", "Een voetbal op het veld bij avond, met het clubhuis en de lichtmasten.")
    composing.add_attraction(
        event,
        name="Ledenavond",
        description="Zeg even of je mee-eet, dan weet de keuken het ook.",
        places=None,
        days_to_pay=5,
        ticket_types=[
            TicketTypeWish("Alleen de avond", Decimal(0)),
            TicketTypeWish("Met stamppotbuffet", Decimal("12.50"), Decimal(9), "Vanaf 18:00 uur", places=60),
        ],
    )
    composing.offer_payment(event, "testpay", {"key": "demo-key-of-the-football-club"})
    composing.offer_payment(event, "cash", {})
    composing.offer_payment(event, "transfer", {"account": "NL44RABO0123456789", "holder": "SV Oranje"})
    lifecycle.submit(event)
    return event
