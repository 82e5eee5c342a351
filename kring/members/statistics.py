"""Figures about the members on any day: how many, how old, of which kind; who joined and left (issue 12, point 11).

Whether somebody was a member is asked of the periods of status, types and groups, so that any day can be asked about.
Gender, date of birth and postal code have no history: they are as the register has them now. Everything is counted in
the database; the number of statements does not depend on the number of members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, CharField, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Left, Replace, Upper
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.core.dates import years_before
from kring.members.models import Gender, Group, GroupPlace, Member, Membership, MembershipType, StatusPeriod

MOST_DIGITS = 4
# Band of those whose date of birth is not known, or lies after the day.
UNKNOWN = -1


@dataclass(frozen=True)
class Table:
    """`rows`: what it is, and numbers. `total`: what the first numbers of all rows add up to."""

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]] = field(default_factory=list)
    total: Sequence[object] = ()
    note: str = ""


def members_on(day: date) -> QuerySet[StatusPeriod]:
    """One period for each who was a member on that day: the suspended too, as everywhere."""
    found: QuerySet[StatusPeriod] = StatusPeriod.objects.filter(state__in=Member.BELONG, during__contains=day)
    return found.order_by()


def on_a_day(day: date, *, bands: Sequence[int], digits: int, country: str) -> list[Table]:
    """By age, gender, type, group and postal code. Seven statements.

    `bands`: the ages with which they begin. `country`: the one meant where an address names none.
    """
    total, by_age, by_gender = _ages_and_genders(day, bands)
    return [by_age, by_gender, _types(day, total), _groups(day, total), _postal_codes(day, total, digits, country)]


def _ages_and_genders(day: date, bands: Sequence[int]) -> tuple[int, Table, Table]:
    counted = members_on(day).values_list(_band(day, bands), "member__gender").annotate(number=Count("pk"))
    cells: Counter[tuple[int, str]] = Counter()
    for band, gender, number in counted:
        cells[band, gender] += number
    total = cells.total()
    genders = [*(each for each in Gender.values if each), ""]
    words = [capfirst(str(Gender(each).label)) for each in genders]
    shown = [band for band in (*range(len(bands)), UNKNOWN) if band != UNKNOWN or _sum(cells, band)]
    rows = [[_band_name(bands, band), *_of_band(cells, band, genders)] for band in shown]
    sums = [sum(number for (_, each), number in cells.items() if each == gender) for gender in genders]
    by_age = Table("age", _("By age"), [_("Age"), _("Members"), *words], rows, [_("Total"), total, *sums])
    pairs = [(word, number) for word, number in zip(words, sums, strict=True)]
    return total, by_age, _counted("gender", _("By gender"), _("Gender"), pairs, total)


def _of_band(cells: Mapping[tuple[int, str], int], band: int, genders: Sequence[str]) -> list[int]:
    return [_sum(cells, band), *(cells[band, gender] for gender in genders)]


def _sum(cells: Mapping[tuple[int, str], int], band: int) -> int:
    return sum(number for (each, _gender), number in cells.items() if each == band)


def _band(day: date, bands: Sequence[int]) -> Case:
    """By the day of birth, as the list of members finds ages: the 29th of February is no other rule here."""
    born = "member__birth_date"
    whens = [When(**{born: None}, then=UNKNOWN), When(**{f"{born}__gt": day}, then=UNKNOWN)]
    whens += [
        When(**{f"{born}__lte": years_before(day, bands[number])}, then=number)
        for number in range(len(bands) - 1, -1, -1)
    ]
    return Case(*whens, default=UNKNOWN, output_field=IntegerField())


def _band_name(bands: Sequence[int], number: int) -> str:
    if number == UNKNOWN:
        return pgettext("age", "Unknown")
    first = bands[number]
    if number == len(bands) - 1:
        return _("%(age)s and older") % {"age": first}
    last = bands[number + 1] - 1
    return str(first) if first == last else f"{first}–{last}"


def _types(day: date, total: int) -> Table:
    held = Membership.objects.on(day).filter(
        member__status_periods__state__in=Member.BELONG, member__status_periods__during__contains=day
    )
    numbers = dict(held.order_by().values_list("type").annotate(number=Count("pk")))
    pairs = [(kind.name, numbers.get(kind.pk, 0)) for kind in MembershipType.objects.all()]
    pairs = [pair for pair in pairs if pair[1]]
    none = total - sum(numbers.values())
    pairs += [(pgettext("membership type", "None"), none)] if none else []
    return _counted("type", _("By membership type"), _("Membership type"), pairs, total)


def _groups(day: date, total: int) -> Table:
    """Whoever is in two groups counts in both; what that is too much stands in a row of its own, so that it adds up."""
    places = GroupPlace.objects.on(day).filter(
        member__status_periods__state__in=Member.BELONG, member__status_periods__during__contains=day
    )
    numbers = dict(places.order_by().values_list("group").annotate(number=Count("member", distinct=True)))
    in_any = places.aggregate(number=Count("member", distinct=True))["number"]
    pairs = sorted((name, numbers[pk]) for pk, name in _paths().items() if numbers.get(pk))
    if total > in_any:
        pairs.append((_("In no group"), total - in_any))
    if (twice := sum(numbers.values()) - in_any) > 0:
        pairs.append((_("In several groups, counted more than once"), -twice))
    return _counted("group", _("By group"), _("Group"), pairs, total)


def _paths() -> dict[int, str]:
    """Each group with those it is part of: `Youth › U8`."""
    rows = Group.objects.values_list("pk", "name", "parent_id")
    groups: dict[int, tuple[str, int | None]] = {pk: (name, parent) for pk, name, parent in rows}
    found: dict[int, str] = {}
    for pk in groups:
        names, parent = [groups[pk][0]], groups[pk][1]
        while parent is not None:
            name, parent = groups[parent]
            names.append(name)
        found[pk] = " › ".join(reversed(names))
    return found


def _postal_codes(day: date, total: int, digits: int, country: str) -> Table:
    plain = Replace(
        Replace(Upper(F("member__postal_code")), Value(" "), Value("")),
        Value("-"),
        Value(""),
        output_field=CharField(),
    )
    counted = members_on(day).values_list("member__country", Left(plain, digits)).annotate(number=Count("pk"))
    numbers: Counter[str] = Counter()
    unknown = 0
    for where, code, number in counted:
        if code:
            numbers[f"{where or country} {code}"] += number
        else:
            unknown += number
    pairs = sorted(numbers.items())
    pairs += [(pgettext("postal code", "Unknown"), unknown)] if unknown else []
    return _counted("postal_code", _("By postal code"), _("Postal code begins with"), pairs, total)


def _counted(key: str, title: str, head: str, pairs: Sequence[tuple[str, int]], total: int) -> Table:
    rows = [[name, number, _share(number, total)] for name, number in pairs]
    return Table(key, title, [head, _("Members"), "%"], rows, [_("Total"), total, _share(total, total)])


def _share(number: int, total: int) -> float:
    return round(100 * number / total, 1) if total else 0.0
