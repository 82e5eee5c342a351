"""A scouts' rally with four attractions, in Polish and in złoty (document 001)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.demo import acting, invoices, login_service, prices, providers, rally
from kring.demo.crowds import crowd
from kring.demo.people import POLISH, Crowd
from kring.events import editing, editing_parts, instalment_planning, lifecycle, organisers
from kring.events.editing_parts import TicketTypeWish
from kring.events.eligibility import reference
from kring.events.eligibility.ruling import add_rule
from kring.events.form_requirements import ask_in, demand
from kring.events.instalment_planning import PlannedPart
from kring.events.models import Attraction, Event, TicketType
from kring.events.programme import add_session
from kring.forms import basic
from kring.forms.form_editing import create_form
from kring.organisations.models import Organisation
from kring.registrations.models import SavedView

POST = "poczta.example"
DESCRIPTION = """\
Spotykamy się na trzy dni w lesie nad jeziorem: **cztery zloty w jednym miejscu**, wspólne ognisko i setki druhen \
i druhów z całej Polski. Wybierz atrakcję, na którą przyjeżdżasz.

## Co zabrać

- mundur i menażkę
- śpiwór i karimatę
- dobry humor

Nocujemy w namiotach. Wyżywienie zapewnia organizator.
"""
ACCOUNT = "61109010140000071219812874"
COUNCIL = """\
Spotkanie kadry. Członkostwo sprawdzamy w ewidencji; ta w demo zna na przykład Annę Nowak, PESEL 90010112349."""
STUDENTS_NAME = "Zlot akademików"
ATTRACTIONS = [
    (rally.LAS_NAME, "Leśna Akcja Szkoleniowa: warsztaty dla drużynowych, od map po pierwszą pomoc.", 1600, "180.00"),
    (rally.MASTERS_NAME, "Trzy dni rozmów o tym, dokąd idziemy. Dla harcmistrzyń i harcmistrzów.", 300, "150.00"),
    (STUDENTS_NAME, "Harcerskie kręgi akademickie: śpiew, gry i nocne rozmowy.", 250, "120.00"),
    ("Ognisko otwarte", "Sobotni wieczór przy wspólnym ogniu. Wstęp wolny dla rodzin i przyjaciół.", None, "0"),
    ("Rada instruktorska", COUNCIL, 40, "0"),
]
GAME = "Gra leśna drużyn"
FORMS = {rally.LAS_NAME: rally.LAS, rally.MASTERS_NAME: rally.MASTERS}
# Name, room, hours after the beginning of the rally, how long, places.
WORKSHOPS = [
    ("Pierwsza pomoc w lesie", "Namiot A", 16, 2, 60),
    ("Mapa, kompas, gwiazdy", "Polana", 16, 2, 80),
    ("Pionierka bez gwoździ", "Namiot B", 19, 3, 50),
    ("Śpiewanki przy gitarze", "Krąg ogniskowy", 19, 2, None),
    ("Jak prowadzić zastęp", "Namiot A", 40, 2, 60),
]


def make() -> tuple[Organisation, dict[str, User]]:
    here = acting.organisation(
        "zlot",
        name="Zlot Kadry",
        type="hufiec",
        city="Kraków",
        country="PL",
        contact_email="biuro@zlot.example",
        events_locked_once_accepted=True,
        language="pl",
        time_zone="Europe/Warsaw",
        currency="PLN",
        primary_colour="#2F5D3A",
        accent_colour="#F7C65B",
        bank_account=f"PL{ACCOUNT}",
    )
    crowd = Crowd(POLISH, POST, seed=2)
    with acting.inside(here):
        staff = acting.staff_of("zlot", crowd, "pl")
        with acting.as_staff(staff["organiser"]):
            basic.choose("scouts", created_by=staff["org_admin"])
            event = _rally(here, staff)
        with acting.as_staff(staff["org_admin"]):
            lifecycle.accept(event)
        with acting.as_staff(staff["member"]):
            _winter_camp(event, staff["member"])
        _cooks_view(event, staff["organiser"])
        invoices.send_to_ksef(here)
        login_service.connect(organiser=staff["organiser"], by=staff["org_admin"])
    return here, staff


def fill_by_hand(visitors: acting.Visitors) -> None:
    las, masters, students, fire = _types(visitors)
    for ticket_type, how_many in ((las, 14), (masters, 9), (students, 11), (fire, 12)):
        for _ in range(how_many):
            visitors.pay(visitors.order([ticket_type]))
    for _ in range(3):
        visitors.pay(visitors.order([las, las, fire, fire]))
    game = Attraction.objects.get(event=visitors.event, name=GAME)
    visitors.pay(visitors.team(game, "Lisy", 8, answered=8))
    visitors.team(game, "Wydry z Podgórza", 6, answered=3)
    for ticket_type in (las, masters, students):
        visitors.pay(visitors.order([ticket_type]), arrives=False)
        visitors.pay(visitors.order([ticket_type]), "manual", arrives=False)
    for paid_of_the_rest in (0, 0, 40, 80):
        visitors.pay_in_parts(visitors.order([students]), then=Decimal(paid_of_the_rest))
    visitors.let_a_part_be_overdue(visitors.pay_in_parts(visitors.order([students, students])))
    visitors.spread_over_time()
    invoices.of_the_rally(visitors.event)


def fill_woods(visitors: acting.Visitors) -> None:
    las, *_others = _types(visitors)
    crowd(visitors, las, 1420)


def fill_the_others(visitors: acting.Visitors) -> None:
    _las, masters, students, fire = _types(visitors)
    for ticket_type, how_many in ((masters, 230), (students, 190), (fire, 100)):
        crowd(visitors, ticket_type, how_many)
    visitors.choose_sessions(150)


def _types(visitors: acting.Visitors) -> list[TicketType]:
    """Of all but the council, which admits its members itself."""
    return list(TicketType.objects.filter(attraction__event=visitors.event).order_by("attraction__position"))[:4]


def _winter_camp(rally_event: Event, member: User) -> None:
    """Created by somebody without a role, and waiting for the administrator."""
    starts_at = rally_event.starts_at - timedelta(days=98)
    event = editing.create_event(
        created_by=member,
        name="Zimowisko hufca",
        edition=str(starts_at.year),
        slug="zimowisko",
        code=f"ZIMA{starts_at.year}",
        summary="Pięć dni w Gorcach: narty, mapa i gorąca herbata.",
        organiser=rally_event.organiser,
        location="Schronisko na Starych Wierchach",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=5),
        registration_opens_at=timezone.now() + timedelta(days=7),
        registration_closes_at=starts_at - timedelta(days=14),
    )
    types = [TicketTypeWish("Uczestnik", Decimal("320.00"))]
    editing_parts.add_attraction(event, name="Zimowisko", places=45, days_to_pay=14, ticket_types=types)
    editing_parts.offer_payment(event, "manual", {"text": "Zapłać skarbnikowi hufca na zbiórce."})
    lifecycle.submit(event)


def _cooks_view(event: Event, organiser: User) -> None:
    query = {"col": ["name", "attraction", "a.diet", "a.allergies_to"], "state": ["completed"]}
    where = {"list_name": "registrations", "event": event}
    SavedView.objects.create(owner=organiser, **where, name="Dla kuchni", is_shared=True, query=query)


def _rally(here: Organisation, staff: dict[str, User]) -> Event:
    organiser = organisers.create(
        name="Chorągiew Krakowska",
        street="ul. Karmelicka 31",
        postal_code="31-131",
        city="Kraków",
        country="PL",
        phone="+48 12 345 67 89",
    )
    friday = timezone.localtime(timezone.now(), here.zone) + timedelta(days=180)
    friday += timedelta(days=(4 - friday.weekday()) % 7)
    starts_at = friday.replace(hour=17, minute=0, second=0, microsecond=0)
    event = editing.create_event(
        created_by=staff["organiser"],
        name="Zlot Kadry",
        edition=str(starts_at.year),
        slug="zlot-kadry",
        code=f"ZLOT{starts_at.year}",
        summary="Trzy dni w lesie, cztery zloty i jedno wielkie ognisko.",
        description=DESCRIPTION,
        organiser=organiser,
        location="Stanica nad Jeziorem Rożnowskim",
        address="Gródek nad Dunajcem 104, 33-318",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=2, hours=-3),
        registration_opens_at=timezone.now() - timedelta(weeks=3),
        registration_closes_at=starts_at - timedelta(days=7),
    )
    acting.photo(event, "zlot.jpg", "Ognisko i namioty na skraju lasu o zmierzchu.")
    demand(event, ["membership_card"])
    for name, description, places, price in ATTRACTIONS:
        attraction = editing_parts.add_attraction(
            event,
            name=name,
            description=description,
            places=places,
            days_to_pay=7,
            grace_days=5 if price != "0" else None,
            ticket_types=[TicketTypeWish("Uczestnik", Decimal(price))],
        )
        if questions := FORMS.get(name):
            ask_in(attraction, create_form(name, questions=questions, created_by=staff["organiser"]))
    _rules(here, event)
    _game_of_teams(event)
    _workshops(event)
    _paid_in_parts(event)
    providers.offer_testpay(event)
    providers.offer_przelewy24(event)
    editing_parts.offer_payment(event, "transfer", {"account": f"PL{ACCOUNT}", "holder": "Chorągiew Krakowska"})
    editing_parts.offer_payment(
        event, "manual", {"text": "Zapłać skarbnikowi hufca na najbliższej zbiórce i podaj numer zamówienia."}
    )
    lifecycle.submit(event)
    return event


def _rules(here: Organisation, event: Event) -> None:
    las, masters, _students, _fire, council = event.attractions.all()
    add_rule(event, las, "age", {"youngest": 16, "oldest": None})
    add_rule(event, masters, "instructor_rank", {"allowed": ["hm"]})
    registry = {"address": f"{here.url}/testregistry/people/", "token": reference.TOKEN}
    add_rule(event, council, "registry", registry)


def _game_of_teams(event: Event) -> None:
    game = editing_parts.add_attraction(
        event,
        name=GAME,
        description="Cały dzień w lesie: każda drużyna z własną mapą. Zgłasza ją jedna osoba.",
        places=60,
        days_to_pay=7,
        smallest_team=4,
        largest_team=12,
        team_changes_until=event.starts_at - timedelta(days=3),
        ticket_types=[TicketTypeWish("Uczestnik", Decimal("25.00"))],
    )
    prices.of_game(event, game)


def _paid_in_parts(event: Event) -> None:
    students = event.attractions.get(name=STUDENTS_NAME)
    parts = [PlannedPart(Decimal(50), days_before=60), PlannedPart(Decimal(50), days_before=21)]
    instalment_planning.plan(students, deposit=Decimal("40.00"), is_percent=False, parts=parts)


def _workshops(event: Event) -> None:
    las = event.attractions.all()[0]
    for name, room, after, hours, places in WORKSHOPS:
        starts_at = event.starts_at + timedelta(hours=after)
        ends_at = starts_at + timedelta(hours=hours)
        add_session(las, name=name, room=room, starts_at=starts_at, ends_at=ends_at, places=places)
