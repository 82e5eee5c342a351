"""The registers of members of the demo: a club with teams and families, a troop with patrols."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.utils import timezone

from kring.accounts.models import User
from kring.core.dates import age_at
from kring.demo import acting
from kring.forms import form_editing
from kring.forms.models import Form, FormVersion
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.members import documents, groups, keeping, memberships, numbering, requesting, status, terms
from kring.members.importing.values import split_prefix
from kring.members.keeping import NewMember
from kring.members.models import ExportLayout, Guardian, Guardianship, Household, Member, MembershipType, Season

FAMILIES, TROOP = 500, 150
# 1,200 members in 500 families.
SIZES = (1, 2, 2, 3, 4)
STREETS = ("Dorpsstraat", "Kerkweg", "Lindelaan", "Schoolstraat", "Molenweg", "Stationsweg", "Beukenlaan")
ADULT = 18
FOR_THE_FEDERATION = """\
Relatienummer = lidnummer
Verenigingscode = "SVO12"
Achternaam = achternaam
Tussenvoegsel = tussenvoegsel
Roepnaam = voornaam
Geslacht = geslacht | f=V, m=M, =O
Geboortedatum = geboortedatum
Leeftijd = leeftijd
Soort lid = lidmaatschapstype"""


def fill_club(visitors: acting.Visitors) -> None:
    """1,200 members in 500 households and 40 teams; a few have left, wait, are suspended or honoured."""
    dice = random.Random(12)  # noqa: S311 — a demo, not a secret
    _settings("SVO-####")
    youth = memberships.create_type(name="Jeugdlid", notice_months=1, notice_until="quarter", position=1)
    adult = memberships.create_type(name="Seniorlid", notice_months=1, notice_until="year", position=2)
    people = list(_families(visitors, dice, youth, adult))
    _answered(people, _own_questions(visitors.staff["members"]))
    members = keeping.add_many(people, by=visitors.staff["members"])
    _guardians(members)
    _teams(members, dice)
    _some_twice(members, visitors)
    _what_happens(members, dice)
    _a_parent(visitors.staff["member"])
    ExportLayout.objects.create(name="KNVB", columns=FOR_THE_FEDERATION, dates=ExportLayout.Dates.DASHES)


def fill_troop(visitors: acting.Visitors) -> None:
    """A hufiec with its troops and their patrols."""
    dice = random.Random(13)  # noqa: S311
    _settings("ZHR-YYYY-####")
    scout = memberships.create_type(name="Harcerz / harcerka")
    people = []
    for _ in range(TROOP):
        first, _space, last = visitors.crowd.next().name.partition(" ")
        values = _person(dice, first, "", last, 9, 30) | {"city": "Kraków", "country": "PL", "language": "pl"}
        people.append(NewMember(values, type=scout))
    members = iter(keeping.add_many(people, by=visitors.staff["members"]))
    hufiec = groups.create("Hufiec Kraków")
    for troop in ("1 KDH Puszcza", "2 KDH Zawisza", "5 KDH Wiatr"):
        parent = groups.create(troop, parent=hufiec)
        groups.put_in(parent, [next(members), next(members)], part="leader")
        for patrol in ("Rysie", "Żbiki", "Orły", "Wilki"):
            groups.put_in(groups.create(patrol, parent=parent), [next(members) for _ in range(11)])


def _own_questions(secretary: User) -> FormVersion:
    """What this club keeps of its members besides."""
    diplomas = tuple(ChoiceWish(f"Diploma {letter}", letter.lower()) for letter in "ABC")
    questions = [
        QuestionWish("choice", "Zwemdiploma", "zwemdiploma", choices=diplomas),
        QuestionWish("text", "Allergieën", "allergieen", audience="leaders"),
        QuestionWish("date", "VOG gezien op", "vog", audience="staff"),
    ]
    form = form_editing.create_form(
        "Verdere ledengegevens", purpose=Form.Purpose.MEMBER, questions=questions, created_by=secretary
    )
    return form.current


def _answered(people: list[NewMember], version: FormVersion) -> None:
    dice = random.Random(14)  # noqa: S311
    for person in people:
        answers: dict[str, object] = {}
        if dice.random() < 0.7:
            answers["zwemdiploma"] = dice.choice("abc")
        if dice.random() < 0.05:
            answers["allergieen"] = dice.choice(("noten", "pinda's", "lactose", "bijensteken"))
        person.version, person.answers = version, answers


def _settings(pattern: str) -> None:
    kept = numbering.settings()
    kept.number_pattern = pattern
    # A diploma is looked at before it counts.
    kept.answer_terms = {"zwemdiploma": terms.Term.WITH_APPROVAL}
    kept.save(update_fields=["number_pattern", "answer_terms"])


def _families(
    visitors: acting.Visitors, dice: random.Random, youth: MembershipType, adult: MembershipType
) -> Iterator[NewMember]:
    homes = []
    for _ in range(FAMILIES):
        last = visitors.crowd.next().name.partition(" ")[2]
        homes.append(
            Household(
                name=last[:1].upper() + last[1:],
                street=dice.choice(STREETS),
                house_number=str(dice.randint(1, 160)),
                postal_code=f"38{dice.randint(11, 29)} {dice.choice('ABCDEF')}{dice.choice('ABCDEF')}",
                city="Amersfoort",
                country="NL",
            )
        )
    Household.objects.bulk_create(homes, batch_size=1000)
    for number, home in enumerate(homes, start=1):
        prefix, last = split_prefix(home.name)
        email = f"{last.lower()}{number}@mail.example"
        for place in range(SIZES[number % len(SIZES)]):
            first = visitors.crowd.next().name.partition(" ")[0]
            ages = (30, 62) if place == 0 else (7, 17)
            values = _person(dice, first, prefix.lower(), last, *ages) | {"email": email, "language": "nl"}
            yield NewMember(values, type=adult if place == 0 else youth, household=home)


def _person(dice: random.Random, first: str, prefix: str, last: str, youngest: int, oldest: int) -> dict[str, object]:
    today = timezone.localdate()
    born = today - timedelta(days=dice.randint(youngest * 366, oldest * 365))
    joined = max(born + timedelta(days=6 * 366), today - timedelta(days=dice.randint(30, 12 * 365)))
    return {
        "first_name": first,
        "name_prefix": prefix,
        "last_name": last,
        "gender": dice.choice("fm"),
        "birth_date": born,
        "phone": f"+31 6 {dice.randint(10_000_000, 99_999_999)}",
        "joined_on": joined,
        "photo_consent": dice.choice((True, True, False, None)),
        "newsletter_consent": dice.choice((True, None)),
    }


def _guardians(members: list[Member]) -> None:
    """The adult of each household, for its children."""
    today = timezone.localdate()
    adults: dict[int | None, Guardian] = {}
    for member in members:
        if member.household_id not in adults and _age(member, today) >= ADULT:
            adults[member.household_id] = Guardian(household_id=member.household_id, member=member, is_payer=True)
    Guardian.objects.bulk_create(adults.values(), batch_size=1000)
    rights = [
        Guardianship(guardian=adults[member.household_id], child=member)
        for member in members
        if _age(member, today) < ADULT and member.household_id in adults
    ]
    Guardianship.objects.bulk_create(rights, batch_size=1000)


def _teams(members: list[Member], dice: random.Random) -> None:
    today = timezone.localdate()
    begins = today.year if today.month >= 8 else today.year - 1
    season = Season.objects.create(
        name=f"{begins}/{begins + 1}", begins_on=date(begins, 8, 1), ends_on=date(begins + 1, 7, 31)
    )
    by_age: dict[int, list[Member]] = defaultdict(list)
    for member in members:
        by_age[_age(member, today)].append(member)
    trainers = [member for member in members if _age(member, today) >= 30]
    youth, seniors = groups.create("Jeugd"), groups.create("Senioren")
    for age in range(7, ADULT):
        for number, team in enumerate(_thirds(by_age[age]), start=1):
            group = groups.create(f"JO{age + 1}-{number}", parent=youth, capacity=40)
            groups.put_in(group, team, season=season)
            groups.put_in(group, dice.sample(trainers, 1), season=season, part="leader")
    for number, team in enumerate(_thirds(dice.sample(trainers, 7 * 16), 7), start=1):
        groups.put_in(groups.create(f"Senioren {number}", parent=seniors), team, season=season)


def _some_twice(members: list[Member], visitors: acting.Visitors) -> None:
    """Typed in again by somebody who did not look first: the page of duplicates shows them."""
    people = []
    for member, differing in zip(members[100:400:75], ("last_name", "birth_date", "first_name", "email"), strict=True):
        values: dict[str, object] = {
            name: getattr(member, name) for name in ("first_name", "name_prefix", "last_name", "birth_date", "email")
        }
        other = {"last_name": f"{member.last_name}n", "first_name": f"{member.first_name[:1]}.", "email": ""}
        values[differing] = other.get(differing)
        people.append(NewMember(values | {"phone": "+31 6 12345678", "city": "Amersfoort", "country": "NL"}))
    keeping.add_many(people, by=visitors.staff["members"])


def _thirds(members: list[Member], parts: int = 3) -> list[list[Member]]:
    return [members[place::parts] for place in range(parts)]


def _what_happens(members: list[Member], dice: random.Random) -> None:
    """Some leave, some will, a few are suspended, and two were thanked for life."""
    today = timezone.localdate()
    chosen = dice.sample([member for member in members if (member.joined_on or today) < today - timedelta(days=60)], 30)
    for member in chosen[:15]:
        status.leave(member, today - timedelta(days=dice.randint(1, 50)), reason="Verhuisd")
    for member in chosen[15:23]:
        status.leave(member, date(today.year, 12, 31), reason="Opgezegd")
    for member in chosen[23:28]:
        status.suspend(member, last_day=today + timedelta(days=30), reason="Contributie niet betaald")
    for member in chosen[28:]:
        status.change_status(member, Member.State.HONORARY, reason="Veertig jaar vrijwilliger")


def _a_parent(user: User) -> None:
    """The login of the member is a parent's, who wants the whole family to move; and there is something to read."""
    in_force = Guardianship.objects.in_force().filter(guardian__member__state=Member.State.ACTIVE)
    guardian = (
        Guardian.objects.filter(guardianships__in=in_force)
        .annotate(number=Count("guardianships"))
        .filter(number__gte=2)
        .select_related("member")
        .first()
    )
    if guardian is None or guardian.member is None:
        return
    parent = guardian.member
    Member.objects.filter(pk=parent.pk).update(user=user, email=user.email)
    User.objects.filter(pk=user.pk).update(name=parent.name)
    new = {"street": "Nieuwe Kade", "house_number": "12", "house_addition": "", "postal_code": "3811 AB"}
    requesting.ask(user, parent, new | {"city": "Amersfoort", "country": "NL"}, moves_household=True)
    with (acting.PICTURES / "svoranje-logo.png").open("rb") as picture:
        documents.add(SimpleUploadedFile("logo.png", picture.read()), name="Clublogo", group=None, by=user)


def _age(member: Member, today: date) -> int:
    return age_at(member.birth_date or today, today)
