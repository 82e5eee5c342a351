"""A congress with a thousand places, and last year's (document 003)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts import professions
from kring.accounts.models import User
from kring.core import jobs
from kring.demo import acting, desk, invoices, masterclass, open_evening, prices, providers
from kring.demo.people import DUTCH, Crowd, Person
from kring.events import editing, editing_parts, lifecycle, organisers, own_changes, refund_terms
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event, Organiser, RefundTerm, TicketType
from kring.newsletter import confirming, consenting
from kring.newsletter import keeping as newsletters
from kring.newsletter.consenting import Consent, Consenting
from kring.organisations import legal_texts
from kring.organisations.models import Organisation
from kring.partners import keeping, taking

PROGRAMME = """\
Op het jaarlijkse congres komen artsen, diëtisten, therapeuten en onderzoekers samen rond één vraag:
**wat doet voeding met ons, en hoe gebruiken we dat in de praktijk?**

## Programma

- **09:00** Ontvangst met koffie en ontbijt
- **09:45** Opening: tien jaar voedingsgeneeskunde
- **10:15** Darm en brein: wat weten we nu echt?
- **11:30** Eiwit op leeftijd, een debat
- **12:30** Lunch en beurs met standhouders
- **14:00** Drie parallelle sessies: diabetes, topsport, kinderen
- **16:00** Van onderzoek naar spreekkamer
- **17:15** Afsluiting en borrel

## Praktisch

Het congres is geaccrediteerd. Na afloop krijgt u uw accreditatiebewijs per e-mail en vindt u het in uw portaal.
Bent u student? Neem uw studentenpas mee.
"""

# Document 003 §9.4: key, and the name in English, Dutch and Polish.
NEWSLETTER = {
    "en": "Yes, send me Voedingsnieuws, the congress's newsletter, four times a year.",
    "nl": "Ja, stuur mij vier keer per jaar Voedingsnieuws, de nieuwsbrief van het congres.",
    "pl": "Tak, chcę cztery razy w roku otrzymywać Voedingsnieuws, newsletter kongresu.",
}
PROFESSIONS = [
    ("therapeut", "therapist", "therapeut", "terapeuta"),
    ("dietist", "dietitian", "diëtist", "dietetyk"),
    ("leefstijlcoach", "lifestyle coach", "leefstijlcoach", "trener stylu życia"),
    ("arts", "doctor", "arts", "lekarz"),
    ("onderzoeker", "researcher", "onderzoeker", "badacz"),
    ("student", "student", "student", "student"),
    ("anders", "something else", "iets anders", "coś innego"),
]
STUDENT_CARD = {
    "en": "Please show your student card.",
    "nl": "Laat je studentenpas zien.",
    "pl": "Prosimy o okazanie legitymacji studenckiej.",
}
POST = "post.example"
# Name, companions, who invited them, note.
GUESTS = [
    ("Prof. dr. Hanna Wiśniewska", 0, "Programmacommissie", "Spreker, opening"),
    ("Marieke de Boer", 1, "Utrecht Medical", "Stand 4"),
    ("José Núñez", 0, "Programmacommissie", "Spreker, sessie topsport"),
    ("Jan Jansen", 3, "Bestuur", "Erelid, tafel 1"),
    ("Fatima el Amrani", 0, "Pers", "Perskaart tonen"),
    ("Sven Østergård", 1, "Utrecht Medical", ""),
    ("Thijs van der Veen", 0, "Provincie Utrecht", "Parkeerkaart ligt klaar"),
    ("Łucja Żak", 2, "Bestuur", ""),
]
TERMS = """\
## Deelnemen

Een ticket geldt voor één persoon en is tot een week voor het congres kosteloos op een andere naam te zetten.

## Annuleren

Tot vier weken vooraf krijg je het hele bedrag terug, daarna de helft.
Zeggen wij het congres af, dan krijg je alles terug.
"""
PRIVACY = """\
Wij gebruiken je gegevens om je inschrijving te verwerken en je accreditatiebewijs te sturen. Een jaar na het congres
verwijderen wij ze. Vragen, inzien of laten wissen: [congres@vgbc.example](mailto:congres@vgbc.example).
"""


def make() -> tuple[Organisation, dict[str, User]]:
    here = acting.organisation(
        "vgbc",
        name="Voedingsgeneeskunde Congres",
        type="vereniging",
        city="Utrecht",
        country="NL",
        contact_email="congres@vgbc.example",
        language="nl",
        time_zone="Europe/Amsterdam",
        currency="EUR",
        bank_account="NL91ABNA0417164300",
        invoice_prefix="VG",
        events_need_approval=False,
    )
    crowd = Crowd(DUTCH, POST, seed=1)
    with acting.inside(here):
        staff = acting.staff_of("vgbc", crowd, "nl")
        with acting.as_staff(staff["organiser"]):
            organiser = organisers.create(
                name="Stichting Voedingsgeneeskunde",
                street="Domplein 12",
                postal_code="3512 JC",
                city="Utrecht",
                country="NL",
                phone="+31 30 123 45 67",
            )
            saturday = _a_saturday_ahead(here)
            before = _congress(here, organiser, staff, saturday, str(saturday.year - 1))
            coming = _congress(here, organiser, staff, saturday, str(saturday.year))
    _last_years_visitors(acting.Visitors(here, before, crowd, staff))
    _first_visitors(acting.Visitors(here, coming, crowd, staff))
    with acting.inside(here):
        _move_a_year_back(before)
    masterclass.make(here, staff, organiser)
    open_evening.make(here, crowd, staff, organiser)
    with acting.inside(here):
        legal_texts.publish("terms", {"nl": TERMS}, by=staff["org_admin"])
        _list_professions()
        legal_texts.publish("privacy", {"nl": PRIVACY}, by=staff["org_admin"])
        with acting.as_staff(staff["organiser"]):
            _a_newsletter()
        with acting.as_staff(staff["box_office"]):
            desk.fill(coming, staff["box_office"])
    with acting.inside(here), acting.as_staff(staff["treasurer"]):
        invoices.send(here, coming)
    _a_partner(acting.Visitors(here, coming, crowd, staff))
    return here, staff


def _a_newsletter() -> None:
    """Passed on nowhere; of three people who ticked its box one has not confirmed yet."""
    news = newsletters.add(name="Voedingsnieuws", texts=NEWSLETTER, is_offered=True)
    for name, is_confirmed in (("Petra Bakker", True), ("Joost Molenaar", True), ("Sanne Visser", False)):
        email = f"{name.lower().replace(' ', '.')}@{POST}"
        consenting.ask([Consent(news, NEWSLETTER["nl"])], Consenting(email, name, "nl"))
        if is_confirmed:
            confirming.confirm(news.subscriptions.get(email=email), network=None)


def _a_partner(visitors: acting.Visitors) -> None:
    """An exhibitor with three tickets, of which somebody has taken one, and another was given by name."""
    with acting.inside(visitors.here), acting.as_staff(visitors.staff["organiser"]):
        partner = keeping.add(
            name="Bakkerij De Korenaar",
            text="Brood met volkoren meel uit de buurt. U vindt ons op de beurs, **stand 12**.",
            contact_name="Petra Bakker",
            contact_email=f"petra.bakker@{POST}",
            contact_phone="+31 30 765 43 21",
            language="nl",
        )
        types = TicketType.objects.select_related("pool", "attraction__pool", "attraction__event__pool")
        standard = types.get(attraction__event=visitors.event, only_with_code=False)
        free_from = visitors.event.starts_at - timedelta(days=3)
        quota = keeping.keep_places(partner, standard, number=3, free_from=free_from)
        keeping.send_link(partner)
    visitors.take_of_partner(quota)
    with acting.inside(visitors.here):
        taking.give(quota, name="Joost Molenaar", email=f"joost.molenaar@{POST}")


def _list_professions() -> None:
    for key, english, dutch, polish in PROFESSIONS:
        names = {"en": english, "nl": dutch, "pl": polish}
        professions.add(key=key, names=names, notes=STUDENT_CARD if key == "student" else {})


def fill_congress(visitors: acting.Visitors) -> None:
    """120 registrations, in all states."""
    standard = _standard(visitors.event)
    keys = [key for key, *_names in PROFESSIONS]
    for number in range(30):
        visitors.pay(visitors.order([standard], profession=keys[number % len(keys)]))
    for _ in range(20):
        visitors.pay(visitors.order([standard, standard]))
    for _ in range(4):
        visitors.pay(visitors.order([standard] * 3))
    for _ in range(12):
        visitors.pay(visitors.order([standard]), arrives=False)
    for _ in range(6):
        visitors.order([standard])
    for _ in range(5):
        visitors.run_out(visitors.order([standard]))
    for _ in range(3):
        cancelled = visitors.order([standard])
        visitors.pay(cancelled)
        visitors.cancel(cancelled, "Ziek geworden")
    visitors.pay(visitors.order([standard, standard]), "cash")
    visitors.spread_over_time()
    jobs.later("demo.keep_books")


def _congress(here: Organisation, organiser: Organiser, staff: dict[str, User], day: datetime, edition: str) -> Event:
    event = editing.create_event(
        created_by=staff["organiser"],
        name="Congres Voedingsgeneeskunde",
        edition=edition,
        slug=f"vgbc{edition}",
        code=f"VGBC{edition}",
        summary="Eén dag over voeding als medicijn: van de nieuwste inzichten naar de spreekkamer.",
        description=PROGRAMME,
        organiser=organiser,
        location="Jaarbeurs, Utrecht",
        address="Jaarbeursplein 6, 3521 AL Utrecht",
        starts_at=day,
        ends_at=day + timedelta(hours=9),
        registration_opens_at=timezone.now() - timedelta(weeks=6),
        registration_closes_at=None,
        grants_certificates=True,
    )
    acting.photo(event, "vgbc.jpg", "Een bord met groente en fruit op een blauwe tafel, van boven gezien.")
    editing_parts.add_attraction(
        event,
        name="Congresdag",
        description="Toegang tot alle lezingen, de beurs, de lunch en de borrel.",
        places=1000,
        days_to_pay=14,
        ticket_types=[
            TicketTypeWish("Standaard", Decimal("49.95"), Decimal(9), "Inclusief lunch en borrel"),
            TicketTypeWish("Gast", Decimal(0), Decimal(9), "Op uitnodiging van een sponsor", only_with_code=True),
        ],
    )
    providers.offer_testpay(event)
    providers.offer_stripe(event)
    transfer = {"account": "NL91ABNA0417164300", "holder": "Stichting Voedingsgeneeskunde"}
    editing_parts.offer_payment(event, "transfer", transfer)
    editing_parts.offer_payment(event, "cash", {})
    prices.of_congress(event)
    prices.codes_of_congress(event)
    # As the terms say.
    own_changes.allow(event, may_pass_on=True, may_cancel=True, changes_until=day - timedelta(weeks=1))
    terms = [(28, Decimal(100)), (14, Decimal(50)), (7, Decimal(25))]
    refund_terms.agree(event, [RefundTerm(days_before=days, percent=percent) for days, percent in terms])
    lifecycle.submit(event)
    return event


def _a_saturday_ahead(here: Organisation) -> datetime:
    """Nineteen days at least, at nine in the morning there."""
    day = timezone.localtime(timezone.now(), here.zone) + timedelta(days=19)
    day += timedelta(days=(5 - day.weekday()) % 7)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _standard(event: Event) -> TicketType:
    return TicketType.objects.get(attraction__event=event, only_with_code=False)


def _last_years_visitors(visitors: acting.Visitors) -> None:
    """They register while it is still to come: nobody can register for a past event."""
    with acting.inside(visitors.here):
        standard = _standard(visitors.event)
    for _ in range(8):
        visitors.pay(visitors.order([standard]))
    visitors.come(6, "Hoofdingang")
    visitors.weeks = timedelta(weeks=60)
    visitors.spread_over_time()


def _move_a_year_back(event: Event) -> None:
    day = event.starts_at.replace(year=event.starts_at.year - 1, day=min(event.starts_at.day, 28))
    Event.objects.filter(pk=event.pk).update(
        state=Event.State.FINISHED,
        registration_opens_at=day - timedelta(weeks=20),
        registration_closes_at=day,
        starts_at=day,
        ends_at=day + timedelta(hours=9),
    )


def _first_visitors(visitors: acting.Visitors) -> None:
    with acting.inside(visitors.here):
        standard = _standard(visitors.event)
    keys = [key for key, *_names in PROFESSIONS]
    for number in range(10):
        visitors.pay(visitors.order([standard], profession=keys[number % len(keys)]))
    for _ in range(3):
        visitors.pay(visitors.order([standard], code="VAKBLAD"))
    visitors.come(9, "Hoofdingang")
    visitors.invite(GUESTS, come=2, where="Hoofdingang")
    visitors.spread_over_time()
    visitors.pay(visitors.order([standard], who=[_member(visitors)]))


def _member(visitors: acting.Visitors) -> Person:
    """The login with the role of a member finds a ticket in the portal."""
    member = visitors.staff["member"]
    return Person(member.name, member.email)
