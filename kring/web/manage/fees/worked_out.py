"""What members would pay, in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from kring.billing.models import AppliedRule
from kring.dues import fees
from kring.dues.fees import Owed, Period
from kring.members.models import Member


class OwedLine(NamedTuple):
    """`member`: or the words for somebody made up. `why`: the reason why nothing is to be paid."""

    member: Member | str
    kind: str
    steps: list[AppliedRule]
    amount: Decimal
    why: str


def line(owed: Owed, member: Member | str) -> OwedLine:
    why = str(owed.reason_left_out.label) if owed.reason_left_out else ""
    if owed.detail:
        why = f"{why} ({owed.detail})"
    return OwedLine(member, str(owed.kind.label), list(owed.trace), owed.amount, why)


def of_members(members: Iterable[Member], period: Period) -> Iterator[OwedLine]:
    """With all who live with them. A constant number of statements."""
    known = fees.tables()
    owed = [
        each
        for household in fees.facts([member.pk for member in members], period)
        for each in fees.work_out(household, known, period)
    ]
    people = Member.objects.in_bulk([each.member for each in owed])
    return (line(each, people[each.member]) for each in owed)
