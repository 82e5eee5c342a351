"""Who in the register an applicant could be, and which household and guardian could be theirs (M4). People decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.core.dates import years_before
from kring.members import duplicates, households
from kring.members.importing.identity import plain_name
from kring.members.models import Application, Guardian, Household, Member

MOST = 10


@dataclass(frozen=True)
class Alike:
    """`reason`: what agrees."""

    member: Member
    reason: str


def members_like(application: Application) -> list[Alike]:
    """By number; by email, first name and date of birth; by name and date of birth; and who sounds like them.

    At most ten, three statements.
    """
    values = application.values
    born = date.fromisoformat(values["birth_date"]) if values.get("birth_date") else None
    number, email = values.get("number", ""), values.get("email", "") or application.email
    asked = Q(email=email) | Q(other_email=email)
    if number:
        asked |= Q(number__iexact=number)
    if born is not None:
        asked |= Q(birth_date=born)
    firsts = {plain_name(values[name]) for name in ("first_name", "call_name") if values.get(name)}
    last = plain_name(values.get("last_name"))

    def is_first(member: Member) -> bool:
        return bool(firsts & {plain_name(name) for name in (member.first_name, member.call_name) if name})

    tests: list[tuple[str, Callable[[Member], bool]]] = [
        (_("same number"), lambda member: bool(number) and member.number.casefold() == number.casefold()),
        (
            _("same email, first name and date of birth"),
            lambda member: (
                email in (member.email, member.other_email)
                and is_first(member)
                and (born is None or member.birth_date in (None, born))
            ),
        ),
        (
            _("same name and date of birth"),
            lambda member: (
                is_first(member) and plain_name(member.last_name) == last and member.birth_date == born is not None
            ),
        ),
    ]
    found = []
    for member in Member.objects.filter(asked).order_by("pk"):
        reasons = [words for words, agrees in tests if agrees(member)]
        if reasons:
            found.append(Alike(member, ", ".join(reasons)))
    known = {each.member.pk for each in found}
    sound = duplicates.like({**values, "email": email})
    found += [Alike(member, _("similar name")) for member in sound if member.pk not in known]
    return found[:MOST]


def households_like(application: Application) -> list[Household]:
    """Where people with this email live, or at this address."""
    email, values = application.email, application.values
    people = Member.objects.filter(Q(email=email) | Q(other_email=email), household__isnull=False)
    asked = Q(pk__in=people.values("household")) | Q(
        pk__in=Guardian.objects.filter(email=email, household__isnull=False).values("household")
    )
    if values.get("postal_code") and values.get("house_number"):
        asked |= Q(postal_code=values["postal_code"], house_number=values["house_number"])
    rows: QuerySet[Household] = Household.objects.filter(asked)
    return list(rows[:MOST])


def guardians_like(application: Application) -> list[Guardian | Member]:
    """Guardians, and adult members, with this email."""
    email = application.email
    guardians = Guardian.objects.filter(Q(email=email, member=None) | Q(member__email=email)).select_related("member")
    known = list(guardians[:MOST])
    adult = years_before(timezone.localdate(), households.MAJORITY)
    members = Member.objects.filter(email=email).filter(Q(birth_date=None) | Q(birth_date__lte=adult))
    others = members.exclude(pk__in=[each.member_id for each in known if each.member_id])
    return [*known, *others[:MOST]]
