"""What each member of a household owes for a period: pure, without database and clock. The same facts give the same
cent at any time.

The algorithm, which docs/dues.md and the pages explain too:

1. the row of the fee table for the member's age, or the amount agreed with them;
2. the reduction for the second, third … child of the household; of several the one that gives the lowest amount;
3. what the board decided for the member, the household or all, one after the other;
4. the part of the period in which they are a member, by the table's rules for joining and leaving;
5. what is left of the most that a household pays;
6. surcharges.

2 and 3 are not for agreed amounts. No step goes below 0; each is rounded half up to the cent, so that they add up. In a
household those come first who pay from an earlier day, then the older ones: whoever joins later changes nothing for the
others. The entry fee stands by itself: no reduction and no cap is for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.billing.models import AppliedRule
from kring.core.dates import age_at
from kring.dues.fees import steps
from kring.dues.fees.periods import Period, months_between, period_at
from kring.dues.fees.tables import ReductionRule, Row, SurchargeRule, Table, Tables
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind, SurchargedPeople
from kring.members.models import Member

CENT = Decimal("0.01")
NOTHING = Decimal(0)
_NOBODY: Mapping[int, Decimal] = MappingProxyType({})


class LeftOut(TextChoices):
    NOT_A_MEMBER = "not_a_member", _("not a member in this period")
    DECEASED = "deceased", _("has died")
    NO_TYPE = "no_type", _("no membership type")
    NO_TABLE = "no_table", _("no fee table for the membership type")
    OTHER_PERIOD = "other_period", _("pays for other periods")
    HONORARY = "honorary", _("honorary member")
    EXEMPT = "exempt", _("pays nothing")
    NO_BIRTH_DATE = "no_birth_date", _("no date of birth, and the fee depends on the age")
    NO_ROW = "no_row", _("the fee table has no row for this age")
    NO_AMOUNT = "no_amount", _("another frequency was agreed, but no amount for it")


class OwedKind(TextChoices):
    PERIOD = "period", pgettext_lazy("contribution", "contribution")
    ENTRY = "entry", _("entry fee")


@dataclass(frozen=True)
class Span:
    """First and last day, both included and within the period; `last` None: without an end."""

    first: date
    last: date | None


@dataclass(frozen=True)
class Own:
    """What was agreed with the member: MemberFee."""

    amount: Decimal | None = None
    frequency: PeriodKind | None = None
    start: date | None = None
    is_exempt: bool = False
    reason: str = ""


@dataclass(frozen=True)
class MemberFacts:
    """What is known of a member in the period. `state`: the present one. `belongs`: when they were a member, with the
    state; `types`: as what, by key, in the order of days. `leaves_on`: last day, where the exit is still to come."""

    id: int
    birth_date: date | None = None
    state: str = Member.State.ACTIVE
    joined_on: date | None = None
    belongs: tuple[tuple[str, Span], ...] = ()
    types: tuple[tuple[int, Span], ...] = ()
    leaves_on: date | None = None
    own: Own | None = None
    has_email: bool = True


@dataclass(frozen=True)
class HouseholdFacts:
    """Those who live together; a member without a household is one alone, with `household` None."""

    household: int | None
    members: tuple[MemberFacts, ...]


@dataclass(frozen=True)
class Owed:
    """What a member owes: `amount` is the sum of `trace`. With a reason left out it is 0 and nothing is to be made;
    `detail` says more: their age, or why they are exempt. `first` and `last`: their part of the period."""

    member: int
    amount: Decimal
    kind: OwedKind
    trace: tuple[AppliedRule, ...] = ()
    reason_left_out: LeftOut | None = None
    detail: str = ""
    type: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass
class Paying:
    """A member who is due, while the steps are added."""

    facts: MemberFacts
    table: Table
    type: int
    first: date
    last: date | None
    age: int | None
    # Not charged for the period before.
    is_new: bool = True
    trace: list[AppliedRule] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.trace), NOTHING)

    @property
    def order(self) -> tuple[date, date, int]:
        return (self.first, self.facts.birth_date or date.max, self.facts.id)

    @property
    def is_agreed(self) -> bool:
        own = agreed(self.facts, self.first)
        return own is not None and own.amount is not None

    def lower_to(self, amount: Decimal | Fraction, rule: int, words: Mapping[str, str]) -> None:
        """A step down to this amount, where it is below the present one; never below 0."""
        change = max(rounded(amount), NOTHING) - self.amount
        if change < 0:
            self.trace.append(steps.of_rule(rule, words, change))


def rounded(amount: Decimal | Fraction) -> Decimal:
    if isinstance(amount, Fraction):
        amount = Decimal(amount.numerator) / Decimal(amount.denominator)
    return amount.quantize(CENT, ROUND_HALF_UP)


def work_out(
    household: HouseholdFacts, tables: Tables, period: Period, charged: Mapping[int, Decimal] = _NOBODY
) -> list[Owed]:
    """For each member of the household what they owe for the period, or why nothing; entry fees beside it, of those who
    joined in it. In the order of `members`.

    `charged`: what members have been charged for the period before, by key. Those stay as they are: nothing is given
    for them but an entry fee, and their amounts count against what a household pays at most.
    """
    found: dict[int, list[Owed]] = {}
    due: list[Paying] = []
    for facts in household.members:
        result = _begin(facts, tables, period)
        if isinstance(result, Paying):
            due.append(result)
        else:
            found[facts.id] = [result]
    due.sort(key=lambda each: each.order)
    for each in due:
        each.is_new = each.facts.id not in charged
    _reduce_for_children(due, tables)
    for each in due:
        _reduce_by_decision(each, household, tables)
        _take_the_part(each, period)
    if household.household is not None:
        _cap(household, due, tables, period, charged)
    _surcharge(due, tables)
    for each in due:
        found[each.facts.id] = [*([_owed(each)] if each.is_new else []), *_entry_fee(each, period)]
    return [owed for facts in household.members for owed in found[facts.id]]


def agreed(facts: MemberFacts, first: date) -> Own | None:
    """What counts for somebody who pays from this day."""
    own = facts.own
    return own if own is not None and (own.start is None or own.start <= first) else None


def _begin(facts: MemberFacts, tables: Tables, period: Period) -> Paying | Owed:
    """With the fee of the whole period, or why there is none."""
    where = _part(facts)
    if isinstance(where, LeftOut):
        return _left_out(facts, where)
    state, type_, first, last = where
    day = first if period.kind == PeriodKind.ONCE else period.start
    table = tables.in_force(type_, day)
    own = agreed(facts, first)
    if own is not None and own.is_exempt:
        return _left_out(facts, LeftOut.EXEMPT, own.reason)
    if table is None:
        return _left_out(facts, LeftOut.NO_TABLE)
    if state == Member.State.HONORARY and not table.honorary_pay:
        return _left_out(facts, LeftOut.HONORARY)
    kind = (own.frequency if own is not None else None) or table.kind
    if period_at(kind, table.begins_on, period.start, tables.seasons) != period:
        return _left_out(facts, LeftOut.OTHER_PERIOD)
    age = age_at(facts.birth_date, table.age_day(period)) if facts.birth_date else None
    paying = Paying(facts, table, type_, first, last, age)
    if own is not None and own.amount is not None:
        paying.trace.append(steps.step(rounded(own.amount), steps.AGREED, type=table.name))
        return paying
    row = next((each for each in table.rows if each.is_for(age)), None)
    if row is None:
        return _left_out(facts, *_without_row(age))
    return _with_row(paying, row, kind, period)


def _part(facts: MemberFacts) -> tuple[str, int, date, date | None] | LeftOut:
    """State and type with which the member begins to pay, first and last day in the period."""
    if facts.state == Member.State.DECEASED:
        return LeftOut.DECEASED
    if not facts.belongs:
        return LeftOut.NOT_A_MEMBER
    if not facts.types:
        return LeftOut.NO_TYPE
    first = max(facts.belongs[0][1].first, facts.types[0][1].first)
    last = _earliest(facts.belongs[-1][1].last, facts.types[-1][1].last, facts.leaves_on)
    if last is not None and last < first:
        return LeftOut.NOT_A_MEMBER
    state = next((state for state, span in facts.belongs if _has(span, first)), facts.belongs[0][0])
    type_ = next((type_ for type_, span in facts.types if _has(span, first)), facts.types[0][0])
    return state, type_, first, last


def _has(span: Span, day: date) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _left_out(facts: MemberFacts, why: LeftOut, detail: str = "") -> Owed:
    return Owed(facts.id, NOTHING, OwedKind.PERIOD, reason_left_out=why, detail=detail)


def _without_row(age: int | None) -> tuple[LeftOut, str]:
    return (LeftOut.NO_BIRTH_DATE, "") if age is None else (LeftOut.NO_ROW, str(age))


def _with_row(paying: Paying, row: Row, kind: PeriodKind, period: Period) -> Paying | Owed:
    """The amount of the row, or the part of it for another frequency: the parts of a year add up to the year."""
    table = paying.table
    paying.trace.append(steps.of_row(row, table.name))
    if kind == table.kind:
        return paying
    if not kind.months or not table.kind.months:
        return _left_out(paying.facts, LeftOut.NO_AMOUNT)
    whole = period_at(table.kind, table.begins_on, period.start)
    number = months_between(whole.start, period.start) // kind.months if whole else 0
    share = Fraction(kind.months, table.kind.months)
    part = rounded(Fraction(row.amount) * share * (number + 1)) - rounded(Fraction(row.amount) * share * number)
    if change := part - row.amount:
        paying.trace.append(steps.step(change, steps.IN_PARTS))
    return paying


def _reduce_for_children(due: Iterable[Paying], tables: Tables) -> None:
    for rules in _by_who_counts(tables.of_kind(ReductionKind.NTH_CHILD)):
        number = 0
        for each in due:
            if rules[0].type in (None, each.type) and each.age is not None and each.age < rules[0].under_age:
                number += 1
                if not each.is_agreed:
                    _best(
                        each, [rule for rule in rules if rule.is_for(each.type, each.first) and _is_nth(rule, number)]
                    )


def _by_who_counts(rules: Iterable[ReductionRule]) -> Iterable[list[ReductionRule]]:
    """Rules that count the same children."""
    found: dict[tuple[int | None, int], list[ReductionRule]] = {}
    for each in rules:
        found.setdefault((each.type, each.under_age), []).append(each)
    return found.values()


def _is_nth(rule: ReductionRule, number: int) -> bool:
    return number == rule.nth or (rule.or_later and number > rule.nth)


def _best(paying: Paying, rules: Iterable[ReductionRule]) -> None:
    best = min(rules, key=lambda rule: (_after(rule, paying.amount), rule.id), default=None)
    if best is not None:
        paying.lower_to(_after(best, paying.amount), best.id, best.words)


def _after(rule: ReductionRule, amount: Decimal) -> Decimal:
    match rule.effect:
        case ReductionEffect.PERCENT:
            return amount - amount * rule.amount / 100
        case ReductionEffect.AMOUNT:
            return amount - rule.amount
        case ReductionEffect.FIXED:
            return rule.amount


def _reduce_by_decision(paying: Paying, household: HouseholdFacts, tables: Tables) -> None:
    if paying.is_agreed:
        return
    for rule in tables.decisions(paying.facts.id, household.household):
        if rule.is_for(paying.type, paying.first):
            paying.lower_to(_after(rule, paying.amount), rule.id, rule.words)


def _take_the_part(paying: Paying, period: Period) -> None:
    """By the table's rules for who joins in the period, and who leaves."""
    if period.end is None:
        return
    whole, missing = paying.amount, Fraction(0)
    parts = [
        (paying.table.on_joining, paying.first, paying.first > period.start, True),
        (paying.table.on_leaving, paying.last, paying.last is not None and paying.last < period.end, False),
    ]
    for how, day, is_partial, is_joining in parts:
        if how == ProRata.NONE or not is_partial or day is None:
            continue
        lost, total = _lost(how, day, period, is_joining=is_joining)
        missing += Fraction(lost, total)
        words = _words(how, day, total - round(missing * total), total, is_joining=is_joining)
        paying.lower_to(Fraction(whole) * (1 - missing), 0, words)


def _lost(how: ProRata, day: date, period: Period, *, is_joining: bool) -> tuple[int, int]:
    """Months or days of the period before joining, or after leaving; and all of them."""
    if how == ProRata.DAY:
        before = (day - period.start).days
        return before if is_joining else period.days - before - 1, period.days
    before = months_between(period.start, day)
    return before if is_joining else period.months - before - 1, period.months


def _words(how: ProRata, day: date, left: int, total: int, *, is_joining: bool) -> Mapping[str, str]:
    if how == ProRata.MONTH:
        text = steps.JOINED_MONTHS if is_joining else steps.LEAVES_MONTHS
    else:
        text = steps.JOINED_DAYS if is_joining else steps.LEAVES_DAYS
    return steps.in_all_languages(text, (("day", day), ("left", left), ("all", total)))


def _cap(
    household: HouseholdFacts, due: Sequence[Paying], tables: Tables, period: Period, charged: Mapping[int, Decimal]
) -> None:
    """Each cap on what the members of the household, of its type, pay together."""
    others = {facts.id for facts in household.members} & charged.keys() - {each.facts.id for each in due}
    for rule in tables.of_kind(ReductionKind.CAP):
        counted = [each for each in due if rule.type in (None, each.type)]
        before = [each.facts.id for each in counted if not each.is_new] + [key for key in others if rule.type is None]
        taken = sum((charged[key] for key in before), NOTHING)
        for each in counted:
            if each.is_new:
                if rule.is_for(each.type, each.first):
                    each.lower_to(_most(rule, each.table, period) - taken, rule.id, rule.words)
                taken += each.amount


def _most(rule: ReductionRule, table: Table, period: Period) -> Decimal:
    """Of a shorter or longer period its part; of seasons, and of what is paid once, the whole of it."""
    if period.kind == rule.per or not period.kind.months or not rule.per.months:
        return rule.amount
    share = Fraction(period.kind.months, rule.per.months)
    whole = period_at(rule.per, table.begins_on, period.start)
    number = months_between(whole.start, period.start) // period.kind.months if whole and share < 1 else 0
    return rounded(Fraction(rule.amount) * share * (number + 1)) - rounded(Fraction(rule.amount) * share * number)


def _surcharge(due: Iterable[Paying], tables: Tables) -> None:
    for rule in tables.surcharges:
        for each in due:
            if rule.is_for(each.type, each.first) and _is_surcharged(rule, each.facts):
                each.trace.append(steps.of_rule(rule.id, rule.words, rule.amount))
                if rule.once_per_household:
                    break


def _is_surcharged(rule: SurchargeRule, facts: MemberFacts) -> bool:
    match rule.people:
        case SurchargedPeople.EVERYBODY:
            return True
        case SurchargedPeople.NO_EMAIL:
            return not facts.has_email
        case SurchargedPeople.CHOSEN:
            return facts.id in rule.members


def _owed(paying: Paying) -> Owed:
    return Owed(
        paying.facts.id,
        paying.amount,
        OwedKind.PERIOD,
        tuple(paying.trace),
        type=paying.type,
        first=paying.first,
        last=paying.last,
    )


def _entry_fee(paying: Paying, period: Period) -> Iterator[Owed]:
    joined, fee = paying.facts.joined_on, paying.table.entry_fee
    if fee and joined is not None and joined >= period.start and (period.end is None or joined <= period.end):
        trace = (steps.step(fee, steps.ENTRY_FEE),)
        yield Owed(paying.facts.id, fee, OwedKind.ENTRY, trace, type=paying.type, first=joined, last=joined)
