"""A football club with a members' evening."""

from __future__ import annotations

from contextlib import suppress
from datetime import time, timedelta
from decimal import Decimal
from itertools import chain

from django.utils import timezone

from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.demo import acting, prices, providers
from kring.demo.people import DUTCH, Crowd, Person
from kring.demo.waiting import Queue
from kring.events import editing, editing_parts, lifecycle, organisers, own_changes, refund_terms
from kring.events.editing_parts import TicketTypeWish
from kring.events.form_requirements import ask_in
from kring.events.models import Attraction, Event, Organiser, RefundTerm, TicketType, WaitingList, Weekday
from kring.forms.form_editing import create_form
from kring.forms.sheet import QuestionWish
from kring.organisations.models import Organisation
from kring.waiting import answering, managing

POST = "mail.example"
CHILDREN = ("Sem", "Mila", "Daan", "Fenna", "Levi", "Saar", "Boaz", "Liv", "Jip", "Evi", "Teun")
DESCRIPTION = """\
Het seizoen is halverwege: tijd om samen terug te kijken, plannen te maken en een glas te heffen.

- **19:30** Inloop met koffie en oranjekoek
- **20:00** Woord van de voorzitter en de cijfers van de penningmeester
- **20:45** Vrijwilliger van het jaar
- **21:15** Bingo en bitterballen

Partners en ouders van jeugdleden zijn van harte welkom.
"""
GROUPS = [
    ("Onder 8 woensdag", 6, 7, Weekday.WEDNESDAY, 15, ""),
    ("Onder 8 vrijdag", 6, 7, Weekday.FRIDAY, 16, "Anouk Dekker"),
    ("Onder 10", 8, 9, Weekday.WEDNESDAY, 16, "Niels Vos"),
    ("Onder 12", 10, 11, Weekday.THURSDAY, 17, "Ruben Mulder"),
]
# So many are enrolled; there are 14 places in each.
ENROLLED = (14, 14, 12, 5)
CHILD = (
    QuestionWish(name="birth_date", label="Geboortedatum van het kind", type="date", requirement="required"),
    QuestionWish(name="school", label="School"),
    QuestionWish(name="photos", label="Mag het kind op foto’s staan?", type="yes_no", requirement="required"),
)


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
    crowd = Crowd(DUTCH, POST, seed=3)
    with acting.inside(here):
        staff = acting.staff_of("svoranje", crowd, "nl")
        with acting.as_staff(staff["organiser"]):
            event = _evening(here, staff)
            _season(here, event.organiser, staff)
    return here, staff


def fill_evening(visitors: acting.Visitors) -> None:
    entrance, supper, support = TicketType.objects.filter(attraction__event=visitors.event).order_by("position")
    for _ in range(22):
        visitors.pay(visitors.order([entrance]))
    for _ in range(9):
        visitors.pay(visitors.order([supper, supper]))
    for _ in range(4):
        visitors.pay(visitors.order([supper]), arrives=False)
    for chosen in ("2.00", "5.00", "10.00", "10.00", "25.00"):
        visitors.pay(visitors.order([support], prices={support.pk: [Decimal(chosen)]}, gift=Decimal(5)))
    visitors.spread_over_time()


def fill_groups(visitors: acting.Visitors) -> None:
    _wait(visitors, _children(visitors))


def _season(here: Organisation, organiser: Organiser, staff: dict[str, User]) -> Event:
    """An enrolment period: groups by age, each with its leader and its hour (E7)."""
    begin = timezone.localtime(timezone.now(), here.zone) + timedelta(days=75)
    begin = begin.replace(hour=9, minute=0, second=0, microsecond=0)
    event = editing.create_event(
        created_by=staff["organiser"],
        kind=Event.Kind.ENROLMENT,
        name="Jeugdgroepen voorjaar",
        edition=str(begin.year),
        slug="jeugdgroepen",
        code=f"JEUGD{begin.year}",
        summary="Meetrainen in het voorjaar: kies de groep die bij de leeftijd past.",
        description="Eén keer per week trainen, op zaterdag wedstrijden. Scheenbeschermers verplicht.",
        organiser=organiser,
        location="Sportpark Oranje",
        address="Sportlaan 1, 3818 AB Amersfoort",
        starts_at=begin,
        ends_at=begin + timedelta(weeks=18),
        registration_opens_at=timezone.now() - timedelta(weeks=2),
        registration_closes_at=begin - timedelta(days=7),
    )
    form = create_form("Jeugdlid", questions=CHILD, created_by=staff["organiser"])
    for name, youngest, oldest, weekday, hour, leader in GROUPS:
        group = editing_parts.add_attraction(
            event,
            name=name,
            description="",
            places=14,
            days_to_pay=14,
            youngest=youngest,
            oldest=oldest,
            weekday=weekday,
            meets_at=time(hour),
            leader_name=leader or staff["member"].name,
            # The login with the role of a member leads this one, and sees its waiting list.
            leader_email="" if leader else staff["member"].email,
            ticket_types=[TicketTypeWish("Half seizoen", Decimal("65.00"))],
        )
        ask_in(group, form)
    providers.offer_testpay(event)
    editing_parts.offer_payment(event, "transfer", {"account": "NL44RABO0123456789", "holder": "SV Oranje"})
    lifecycle.submit(event)
    return event


def _children(visitors: acting.Visitors) -> list[Order]:
    """The orders of the second group."""
    groups = TicketType.objects.filter(attraction__event=visitors.event).order_by("attraction__position")
    orders: list[list[Order]] = [[] for _ in ENROLLED]
    for number, group in enumerate(groups):
        # A visitor of the demo may have been quicker.
        with suppress(Refusal):
            while len(orders[number]) < ENROLLED[number]:
                orders[number].append(visitors.order([group]))
    for order in chain(*orders):
        visitors.pay(order)
    visitors.spread_over_time()
    return orders[1]


def _wait(visitors: acting.Visitors, orders: list[Order]) -> None:
    """Two groups are full: children wait for the one they want most, some for the other as second choice."""
    with acting.as_staff(visitors.staff["organiser"]):
        keep = WaitingList.Others.KEEP
        managing.switch_on(visitors.event, hours=72, remind_hours=24, largest_party=1, others=keep)
        wednesday, friday, *_others = visitors.event.attractions.all()
    queue = Queue(visitors)
    choices = [[wednesday, friday], [wednesday], [friday, wednesday], [friday], [wednesday, friday]]
    parent = visitors.crowd.next()
    for number, first_name in enumerate(CHILDREN):
        # Sometimes two children of one parent wait together.
        if number not in (3, 8):
            parent = visitors.crowd.next()
        wishes = choices[number % len(choices)]
        answers = {"birth_date": child(parent, wednesday)[1]["birth_date"]}
        name = f"{first_name} {parent.name.split(' ', 1)[1]}"
        with queue.ago(timedelta(days=6, hours=-11 * number)):
            queue.join(parent, wishes, who=name, answers=answers)
    with queue.ago(timedelta(days=1)):
        visitors.cancel(orders[0], "Verhuisd")
        queue.invite()
        for invitation in queue.invited():
            queue.take(invitation)
            # Has their second choice, and goes on waiting for the first.
            answering.keep_better(invitation)
    with queue.ago(timedelta(minutes=20), deadlines_too=False):
        visitors.cancel(orders[1], "Gaat toch hockeyen")
        queue.invite()


def child(person: Person, group: Attraction) -> tuple[dict[str, object], dict[str, object]]:
    """Old enough on the first day, and not too old."""
    first_day = group.event.starts_at.date()
    born = first_day.replace(year=first_day.year - (group.youngest or 6) - 1, day=1)
    return {}, {"birth_date": born.isoformat(), "school": "De Kameleon", "photos": len(person.name) % 3 != 0}


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
        gift_for="het jeugdfonds van de club",
    )
    acting.photo(event, "svoranje.jpg", "Een voetbal op het veld bij avond, met het clubhuis en de lichtmasten.")
    editing_parts.add_attraction(
        event,
        name="Ledenavond",
        description="Zeg even of je mee-eet, dan weet de keuken het ook.",
        places=None,
        days_to_pay=5,
        ticket_types=[
            TicketTypeWish("Alleen de avond", Decimal(0)),
            TicketTypeWish(
                "Met stamppotbuffet", Decimal("12.50"), Decimal(9), "Vanaf 18:00 uur", places=60, most_per_order=8
            ),
            TicketTypeWish(
                "Steunkaartje", Decimal("10.00"), description="Voor het jeugdfonds van de club", lowest_price=Decimal(2)
            ),
        ],
    )
    providers.offer_testpay(event)
    providers.offer_mollie(event)
    editing_parts.offer_payment(event, "cash", {})
    editing_parts.offer_payment(event, "transfer", {"account": "NL44RABO0123456789", "holder": "SV Oranje"})
    prices.of_evening(event)
    # With or without dinner may be changed until the kitchen has bought it.
    own_changes.allow(
        event,
        may_pass_on=True,
        may_change=True,
        may_cancel=True,
        changes_until=starts_at - timedelta(days=2),
    )
    _terms_of_refunds(event)
    lifecycle.submit(event)
    return event


def _terms_of_refunds(event: Event) -> None:
    """In three steps; who supports the youth fund does not get that back."""
    full, fee = RefundTerm(days_before=7, percent=Decimal(100)), RefundTerm(days_before=5, fee=Decimal("2.50"))
    refund_terms.agree(event, [full, fee, RefundTerm(days_before=2, percent=Decimal(50))])
    support = TicketType.objects.get(attraction__event=event, name="Steunkaartje")
    refund_terms.agree(event, [RefundTerm(days_before=0, percent=Decimal(0))], ticket_type=support)
