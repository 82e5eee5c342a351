"""Who became a member and who left, by month and by year, and why: asked of the periods of status.

One who was suspended or made an honorary member meanwhile neither left nor joined. Somebody joins on the first day as a
member, and leaves on the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from babel.dates import get_month_names
from django.db.models import Count, DateField, Exists, F, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, ExtractMonth, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.core.dates import locale
from kring.members.models import Member, StatusPeriod
from kring.members.statistics import Table, members_on

MOST_REASONS = 25
DAY = timedelta(days=1)


def joined() -> QuerySet:
    """The first periods as a member, with `day`: nobody knows when the others joined."""
    same_day = Func(OuterRef("during"), function="lower", output_field=DateField())
    before = _belonged().filter(member=OuterRef("member"), during__endswith=same_day)
    found = _belonged().filter(~Exists(before), during__lower_inf=False)
    return found.annotate(day=F("during__startswith"))


def left() -> QuerySet:
    """The last periods as a member, with the last `day`."""
    next_day = Func(OuterRef("during"), function="upper", output_field=DateField())
    after = _belonged().filter(member=OuterRef("member"), during__startswith=next_day)
    found = _belonged().filter(~Exists(after), during__upper_inf=False)
    return found.annotate(day=Cast(F("during__endswith") - DAY, DateField()))


def of_year(year: int) -> list[Table]:
    """Six statements."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    came, went = joined().filter(day__range=(first, last)), left().filter(day__range=(first, last))
    by_month = [_by(ExtractMonth("day"), rows) for rows in (came, went)]
    # Whoever joins on the first day of the year joins in it.
    before = members_on(first).count() - joined().filter(day=first).count()
    names = get_month_names("wide", context="stand-alone", locale=locale())
    months = _balance(before, [(names[month], month) for month in range(1, 13)], *by_month)
    heads = [_("Month"), *_heads()]
    note = _("Before the year: %(number)s. Leaving counts on the last day as a member.") % {"number": before}
    total = [_("Total"), by_month[0].total(), by_month[1].total(), by_month[0].total() - by_month[1].total(), ""]
    return [
        Table("months", _("By month"), heads, months, total, note),
        _reasons("joining", _("Why they joined"), came.values_list("reason")),
        _reasons("leaving", _("Why they left"), went.values_list(_reason_of_leaving())),
    ]


def by_year(until: int) -> Table:
    """From the first year anybody joined or left in. Three statements."""
    came, went = (_by(ExtractYear("day"), rows.filter(day__year__lte=until)) for rows in (joined(), left()))
    since_ever = _belonged().filter(during__lower_inf=True).count()
    years = range(min([*came, *went], default=until), until + 1)
    rows = _balance(since_ever, [(str(year), year) for year in years], came, went)
    return Table("years", _("By year"), [_("Year"), *_heads()], rows[::-1])


def _heads() -> list[str]:
    return [_("Joined"), _("Left"), _("Difference"), _("Members afterwards")]


def _balance(
    before: int, parts: Iterable[tuple[str, int]], came: Counter[int], went: Counter[int]
) -> list[list[object]]:
    rows: list[list[object]] = []
    number = before
    for name, part in parts:
        number += came[part] - went[part]
        rows.append([name, came[part], went[part], came[part] - went[part], number])
    return rows


def _by(part: Func | ExtractMonth | ExtractYear, rows: QuerySet) -> Counter[int]:
    return Counter(dict(rows.order_by().values_list(part).annotate(number=Count("pk"))))


def _reason_of_leaving() -> Subquery:
    """It stands with what they became."""
    next_day = Func(OuterRef("during"), function="upper", output_field=DateField())
    return Subquery(
        StatusPeriod.objects.filter(member=OuterRef("member"), during__startswith=next_day).values("reason")[:1]
    )


def _reasons(key: str, title: str, rows: QuerySet) -> Table:
    """The most frequent ones, the others together, and those who gave none."""
    numbers = Counter[str]()
    for reason, number in rows.order_by().annotate(number=Count("pk")):
        numbers[" ".join((reason or "").split())] += number
    none = numbers.pop("", 0)
    known = numbers.most_common()
    pairs: list[Sequence[object]] = [[reason, number] for reason, number in known[:MOST_REASONS]]
    if others := sum(number for _reason, number in known[MOST_REASONS:]):
        pairs.append([pgettext("reasons", "Others"), others])
    if none:
        pairs.append([pgettext("reason", "Not given"), none])
    return Table(key, title, [_("Reason"), _("Members")], pairs, [_("Total"), numbers.total() + none])


def _belonged() -> QuerySet[StatusPeriod]:
    found: QuerySet[StatusPeriod] = StatusPeriod.objects.filter(state__in=Member.BELONG)
    return found
