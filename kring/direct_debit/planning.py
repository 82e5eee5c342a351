"""What a collection would collect, and what not and why: the dry run, and what announcing writes (C3).

A constant number of statements, whatever the number of contributions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q
from django.utils import timezone

from kring.core.sepa import calendar
from kring.core.sepa.debits import SequenceType
from kring.direct_debit.accounts import why_not_reached
from kring.direct_debit.models import CreditorAccount, Debit, DebitItem, Mandate, MandateVersion, NotCollected
from kring.dues.due_now import due_of_bills
from kring.dues.models import Contribution
from kring.members.models import Member
from kring.payments.models import Payment

Why = NotCollected.Why
# The first try, and two more.
MOST_TRIES = 3
ADULT = 18


@dataclass(frozen=True)
class Part:
    contribution: Contribution
    amount: Decimal
    attempt: int

    @property
    def order_key(self) -> int:
        """What is owed has an order."""
        return int(self.contribution.order_id or 0)


@dataclass
class PlannedDebit:
    mandate: Mandate
    version: MandateVersion
    sequence: str
    parts: list[Part] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.parts), Decimal(0))

    @property
    def members(self) -> list[str]:
        return list(dict.fromkeys(str(each.contribution.member) for each in self.parts))


@dataclass(frozen=True)
class LeftOut:
    contribution: Contribution
    amount: Decimal
    why: str

    @property
    def label(self) -> str:
        return str(Why(self.why).label)


@dataclass
class Plan:
    """`collect_on` is `wanted_on`, moved to the first day that is possible."""

    creditor: CreditorAccount
    wanted_on: date
    collect_on: date
    with_leavers: bool
    debits: list[PlannedDebit] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.debits), Decimal(0))

    @property
    def is_moved(self) -> bool:
        return self.collect_on != self.wanted_on

    @property
    def orders(self) -> list[int]:
        keys = {part.contribution.order_id for each in self.debits for part in each.parts}
        return sorted(key for key in keys if key)

    @property
    def digest(self) -> str:
        """The same for the same debits: what somebody has seen."""
        parts = sorted(
            (each.mandate.pk, each.version.number, part.contribution.pk, str(part.amount), part.attempt)
            for each in self.debits
            for part in each.parts
        )
        return hashlib.sha256(f"{self.collect_on} {parts}".encode()).hexdigest()[:32]

    def reasons(self) -> list[tuple[str, int, Decimal]]:
        """Each reason with how many and how much."""
        found: dict[str, list[Decimal]] = defaultdict(list)
        for each in self.left_out:
            found[each.label].append(each.amount)
        return [(label, len(amounts), sum(amounts, Decimal(0))) for label, amounts in found.items()]


def plan(creditor: CreditorAccount, wanted_on: date, *, with_leavers: bool = False) -> Plan:
    made = Plan(creditor, wanted_on, first_possible(creditor, wanted_on), with_leavers)
    owed = list(
        Contribution.objects.owing()
        .filter(due_on__lte=made.collect_on)
        .select_related("order", "member__household", "payer__member", "payer__guardian__member", "payer__guardian")
        .order_by("payer", "order", "line__position", "pk")
    )
    facts = _Facts(creditor, made.collect_on, owed)
    by_key: dict[object, PlannedDebit] = {}
    for each in owed:
        amount = facts.amount_of(each)
        if amount <= 0:
            continue
        mandate = facts.mandates.get(each.payer_id)
        if why := why_left_out(each, made.collect_on, with_leavers=with_leavers) or facts.why_not(each, mandate):
            made.left_out.append(LeftOut(each, amount, why))
            continue
        assert mandate is not None
        per_bill = creditor.one_debit_per == CreditorAccount.Per.BILL
        key = (mandate.pk, each.order_id if per_bill else None)
        if key not in by_key:
            by_key[key] = PlannedDebit(mandate, facts.versions[mandate.pk], sequence_of(mandate))
        by_key[key].parts.append(Part(each, amount, facts.attempt_of(each)))
    made.debits = _in_sequence(list(by_key.values()), made)
    return made


def first_possible(creditor: CreditorAccount, wanted_on: date) -> date:
    """The wanted day, or the first on which people have had their notice and the bank its days."""
    noticed = timezone.localdate() + timedelta(days=creditor.notice_days)
    return calendar.next_open(max(wanted_on, noticed, first_in_time(creditor)))


def first_in_time(creditor: CreditorAccount) -> date:
    """For a file that the bank gets now."""
    return calendar.open_days_after(_handed_over_on(creditor, timezone.localtime()), creditor.lead_days)


def _handed_over_on(creditor: CreditorAccount, now: datetime) -> date:
    """After the cut-off it counts as the next day; at weekends and on holidays too."""
    today = now.date()
    return calendar.next_open(today if now.time() <= creditor.cut_off else today + timedelta(days=1))


def sequence_of(mandate: Mandate) -> str:
    if mandate.kind == Mandate.Kind.ONCE:
        return SequenceType.ONCE
    return SequenceType.FINAL if mandate.is_final else SequenceType.RECURRING


def why_left_out(contribution: Contribution, collect_on: date, *, with_leavers: bool) -> str:
    """By the member and the bill alone; "" where nothing is against it. Needs order, member and payer."""
    member, order = contribution.member, contribution.order
    if order is not None and order.currency != "EUR":
        return Why.CURRENCY
    if member.state == Member.State.DECEASED:
        return Why.DECEASED
    if member.state == Member.State.LEFT and not with_leavers:
        return Why.LEFT
    return Why.OF_AGE if _is_of_age(contribution, collect_on) else ""


def _is_of_age(contribution: Contribution, on: date) -> bool:
    """A guardian who pays for a child, and for nobody else of the household, does so until the eighteenth birthday."""
    member, guardian = contribution.member, contribution.payer.guardian
    if guardian is None or guardian.is_payer or member.birth_date is None or _birthday(member.birth_date) > on:
        return False
    return not contribution.payer.choices.filter(member=member).exists()


def _birthday(born: date) -> date:
    """The eighteenth; who was born on 29 February has it on 1 March."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def _in_sequence(debits: list[PlannedDebit], made: Plan) -> list[PlannedDebit]:
    """A mandate for one collection has one, and of several only the last is the final one."""
    last = {each.mandate.pk: each for each in debits}
    kept: list[PlannedDebit] = []
    used: set[int] = set()
    for each in debits:
        if each.sequence == SequenceType.ONCE and each.mandate.pk in used:
            made.left_out += [LeftOut(part.contribution, part.amount, Why.USED) for part in each.parts]
            continue
        if each.sequence == SequenceType.FINAL and last[each.mandate.pk] is not each:
            each.sequence = SequenceType.RECURRING
        used.add(each.mandate.pk)
        kept.append(each)
    return kept


class _Facts:
    """Of these contributions, read at once."""

    def __init__(self, creditor: CreditorAccount, collect_on: date, owed: Sequence[Contribution]) -> None:
        self.creditor, self.collect_on = creditor, collect_on
        keys, orders = [each.pk for each in owed], [each.order_id for each in owed]
        payers = {each.payer_id for each in owed}
        rows = Mandate.objects.filter(creditor_account=creditor, payer__in=payers).with_people()
        all_mandates = list(rows.order_by("pk"))
        self.mandates = {each.payer_id: each for each in all_mandates if each.is_active}
        self.lapsed = {each.payer_id for each in all_mandates if each.state == Mandate.State.LAPSED}
        active = [each.pk for each in self.mandates.values()]
        versions = MandateVersion.objects.in_force().filter(mandate__in=active)
        self.versions = {each.mandate_id: each for each in versions}
        self._used = set(
            Debit.objects.filter(mandate__in=active, sequence=SequenceType.ONCE)
            .exclude(state__in=[Debit.State.RETURNED, Debit.State.LEFT_OUT])
            .values_list("mandate", flat=True)
        )
        counted = DebitItem.objects.filter(contribution__in=keys).order_by().values("contribution")
        tries = counted.annotate(last=Max("attempt"), returned=Count("pk", filter=Q(state=Debit.State.RETURNED)))
        self._tries = {each["contribution"]: each for each in tries}
        # Of the provider from the moment it is charged: before the provider says anything, nothing is pending yet.
        by_somebody = Q(method="direct_debit") | Q(means__isnull=False)
        under_way = Payment.objects.open().filter(by_somebody, order__in=orders)
        self._under_way = set(under_way.values_list("order", flat=True))
        self._left_now = due_of_bills(owed, self.collect_on)

    def amount_of(self, contribution: Contribution) -> Decimal:
        """What is left of it, or what of that is due by then. Asked once of each, in their order."""
        key = contribution.order_id
        if key not in self._left_now:
            return contribution.left
        amount = min(contribution.left, self._left_now[key])
        self._left_now[key] -= amount
        return amount

    def attempt_of(self, contribution: Contribution) -> int:
        return int(self._tries.get(contribution.pk, {"last": 0})["last"]) + 1

    def why_not(self, contribution: Contribution, mandate: Mandate | None) -> str:
        if contribution.pending or contribution.order_id in self._under_way:
            return Why.UNDER_WAY
        if mandate is None:
            return Why.LAPSED if contribution.payer_id in self.lapsed else Why.NO_MANDATE
        if mandate.hold:
            return Why.HELD
        if mandate.pk in self._used:
            return Why.USED
        if self._tries.get(contribution.pk, {"returned": 0})["returned"] >= MOST_TRIES:
            return Why.TOO_OFTEN
        if not mandate.payer.email:
            return Why.NO_EMAIL
        noticed = timezone.localdate() + timedelta(days=mandate.notice_days or self.creditor.notice_days)
        if noticed > self.collect_on:
            return Why.NOTICE
        return why_not_reached(self.versions[mandate.pk], mandate.payer)
