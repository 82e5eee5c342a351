"""Applications for membership in the demo: two types that are open, and some applications in each state."""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.utils import timezone

from kring.core import codes
from kring.demo import acting
from kring.members import applying, deciding, groups
from kring.members.applying import Applicant
from kring.members.deciding import Acceptance
from kring.members.importing.values import split_prefix
from kring.members.models import Application, ApplicationSettings, Group, MembershipType

MANDATE = (
    "Ik machtig de vereniging om doorlopend incasso-opdrachten naar mijn bank te sturen voor de contributie. "
    "Ben ik het er niet mee eens, dan kan ik het bedrag binnen acht weken laten terugboeken."
)
IBANS = ("NL91ABNA0417164300", "NL02ABNA0123456789")
# Of each state some, in this order; `None`: nobody has opened the link in the mail.
FATES = ("accepted", "declined", "withdrawn", "approved", "waiting", "waiting", "submitted", "submitted", None)


def fill(visitors: acting.Visitors) -> None:
    dice = random.Random(14)  # noqa: S311 — a demo, not a secret
    youth, adult = MembershipType.objects.get(name="Jeugdlid"), MembershipType.objects.get(name="Seniorlid")
    teams = list(Group.objects.filter(name__in=["JO9-1", "JO10-1", "JO11-1"]))
    full = groups.create("Mini's", parent=Group.objects.get(name="Jeugd"), capacity=0)
    address = ["phone", "street", "house_number", "postal_code", "city"]
    applying.set_terms(
        youth,
        groups=[*teams, full],
        is_open=True,
        introduction="Fijn dat je bij ons komt spelen! **Kom eerst een keer proeftrainen**, dat kost niets.",
        asked=["call_name", "name_prefix", "birth_date", "gender", *address, "number"],
        required=["birth_date", "phone", "postal_code", "city"],
        asks_guardian=True,
        asks_account=True,
        mandate_text=MANDATE,
        consents=["photo", "newsletter"],
        needs_two=True,
    )
    applying.set_terms(
        adult,
        groups=[],
        is_open=True,
        introduction="Senioren trainen op dinsdag en donderdag.",
        asked=["name_prefix", "birth_date", *address],
        required=["birth_date", "city"],
        asks_guardian=False,
        consents=["newsletter"],
    )
    for kind, ages in ((youth, (6, 12)), (adult, (19, 45))):
        terms = ApplicationSettings.objects.select_related("type").get(type=kind)
        for number, fate in enumerate(FATES):
            application = applying.submit(terms, _applicant(visitors, dice, terms, ages, full))
            when = timezone.now() - timedelta(days=3 * (len(FATES) - number), hours=dice.randint(0, 9))
            Application.objects.filter(pk=application.pk).update(submitted_at=when)
            _decide(visitors, Application.objects.get(pk=application.pk), fate, full)


def _applicant(
    visitors: acting.Visitors, dice: random.Random, terms: ApplicationSettings, ages: tuple[int, int], full: Group
) -> Applicant:
    person = visitors.crowd.next()
    first, _space, whole = person.name.partition(" ")
    prefix, last = split_prefix(whole)
    born: date = timezone.localdate() - timedelta(days=dice.randint(ages[0] * 366, ages[1] * 365))
    phone = f"+31 6 {dice.randint(10_000_000, 99_999_999)}"
    values: dict[str, object] = {
        "first_name": first,
        "name_prefix": prefix,
        "last_name": last,
        "birth_date": born,
        "phone": phone,
        "postal_code": "3811 AB",
        "city": "Amersfoort",
        "newsletter_consent": dice.choice((True, False)),
    }
    parent = next(name for name in ("Karin", "Olaf") if name != first)
    is_child = terms.asks_guardian
    return Applicant(
        values=values if is_child else values | {"email": person.email},
        email=person.email,
        key=codes.secret(),
        group=full if is_child else None,
        guardian_name=f"{parent} {whole}" if is_child else "",
        guardian_phone=phone if is_child else "",
        iban=dice.choice(IBANS) if is_child else "",
        holder=f"{parent} {whole}" if is_child else "",
        agrees=is_child,
        language="nl",
    )


def _decide(visitors: acting.Visitors, application: Application, fate: str | None, full: Group) -> None:
    one, other = visitors.staff["members"], visitors.staff["org_admin"]
    if fate is None:
        return
    applying.prove(application)
    if fate == "withdrawn":
        applying.withdraw(application)
    elif fate == "declined":
        deciding.decline(application, "Dit seizoen hebben we helaas geen trainer voor deze leeftijd.", by=one)
    elif fate != "submitted":
        if application.needs_two:
            deciding.approve(application, by=one)
        if fate == "waiting" and application.group is not None:
            deciding.let_wait(application, full, by=other)
        elif fate == "accepted":
            deciding.accept(application, Acceptance(household=application.needs_two or None, invites=False), by=other)
