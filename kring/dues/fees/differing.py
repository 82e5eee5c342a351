"""What contributions that were made would cost by the tables and rules of today: after a change that counts for days
in the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.dues import correcting
from kring.dues.fees.loading import facts, tables
from kring.dues.fees.owing import LeftOut, Owed, OwedKind, work_out
from kring.dues.fees.periods import Period
from kring.dues.kinds import PeriodKind
from kring.dues.models import Contribution

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Difference:
    """`old`: with the corrections so far."""

    contribution: Contribution
    old: Decimal
    owed: Owed

    @property
    def new(self) -> Decimal:
        return self.owed.amount

    @property
    def change(self) -> Decimal:
        return self.new - self.old


def periods() -> list[tuple[date, date | None]]:
    """First and last day of those for which contributions were made, the latest first."""
    found = _made().order_by("-during").values_list("during", flat=True).distinct()
    return [(each.lower, each.upper and each.upper - timedelta(days=1)) for each in found if each.lower]


def differences(first: date, last: date | None) -> list[Difference]:
    """Of the contributions for exactly this period, by member's name; without those that were waived."""
    during = Period(PeriodKind.YEAR, first, last).during
    rows = list(
        _made().filter(during=during, waived_at=None).select_related("member").order_by("member__sorting", "pk")
    )
    corrections = Sum("amount", filter=Q(withdrawn_at=None))
    more = dict(
        Contribution.objects.filter(corrects__in=[row.pk for row in rows])
        .order_by()
        .values_list("corrects")
        .annotate(sum=corrections)
    )
    now = _owed([row.member_id for row in rows], first, last)
    found = [
        Difference(row, row.amount + (more.get(row.pk) or NOTHING), now[row.member_id])
        for row in rows
        if row.member_id in now
    ]
    return [each for each in found if each.change]


def _made() -> QuerySet[Contribution]:
    found: QuerySet[Contribution] = Contribution.objects.standing().filter(kind=Contribution.Kind.PERIOD)
    return found


def _owed(members: list[int], first: date, last: date | None) -> Mapping[int, Owed]:
    """By member, of those who pay for this period by the tables of today, or for none."""
    known, found = tables(), dict[int, Owed]()
    kinds = {table.kind for table in known.tables} | known.frequencies
    for kind in sorted(kinds):
        period = Period(kind, first, last)
        for household in facts(members, period):
            for each in work_out(household, known, period):
                if each.kind == OwedKind.PERIOD and each.reason_left_out != LeftOut.OTHER_PERIOD:
                    found[each.member] = each
    return found


@in_transaction
def correct(wanted: Mapping[int, Decimal], first: date, last: date | None, *, reason: str, by: User | None) -> int:
    """The contributions of these keys get the amount that was shown; how many. One whose difference is another by now
    is left alone."""
    done = 0
    for each in _as_shown(wanted, first, last):
        correcting.correct(each.contribution, amount=each.new, reason=reason, by=by)
        done += 1
    return done


def _as_shown(wanted: Mapping[int, Decimal], first: date, last: date | None) -> Iterator[Difference]:
    return (each for each in differences(first, last) if wanted.get(each.contribution.pk) == each.new)
