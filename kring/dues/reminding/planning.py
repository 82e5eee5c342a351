"""Who is reminded on a day, by which step, and who is not, and why (C5). `decide` is pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.core import dates, money
from kring.dues.due_now import due_of_bills, only_due
from kring.dues.models import (
    Channel,
    Contribution,
    ReminderItem,
    ReminderPause,
    ReminderSettings,
    ReminderStep,
)
from kring.dues.reminding import groups, reaching, under_way
from kring.dues.reminding.groups import Debt, Group
from kring.dues.reminding.why_not import WhyNot
from kring.organisations.current import current_organisation

# Who said by when they pay gets this long for the bank.
BANK_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class Going:
    """`levels`: by contribution, which of its reminders this is; without those that are only named with others."""

    group: Group
    step: ReminderStep
    level: int
    channel: str
    levels: Mapping[int, int]

    @property
    def fee(self) -> Decimal:
        return Decimal(self.step.fee)

    @property
    def channel_words(self) -> str:
        return str(Channel(self.channel).label)


@dataclass(frozen=True)
class LeftOut:
    """`day`: the last one of it, or of `NOT_YET` the one on which it goes; None: no day is known."""

    group: Group
    why: WhyNot
    day: date | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        label = str(self.why.label)
        if self.why == WhyNot.NOT_YET:
            label = _("the next step is due on %(day)s") % {"day": dates.short_day(self.day)}
        elif self.day:
            label = _("%(why)s, until %(day)s") % {"why": label, "day": dates.short_day(self.day)}
        return f"{label}: {self.reason}" if self.reason else label


@dataclass(frozen=True)
class Plan:
    on: date
    going: Sequence[Going] = ()
    left_out: Sequence[LeftOut] = ()

    @property
    def groups(self) -> list[Group]:
        return [each.group for each in self.going] + [each.group for each in self.left_out]

    @property
    def total(self) -> Decimal:
        return sum((each.group.total for each in self.going), Decimal(0))


@dataclass(frozen=True)
class Rules:
    """What one decision needs beside the debts. `spared`: contributions that nobody is reminded of; `reachable`: by
    payer, the channels that work."""

    steps: Sequence[ReminderStep]
    smallest: Decimal
    currency: str = "EUR"
    pauses: Mapping[int, Sequence[ReminderPause]] = field(default_factory=dict)
    spared: Mapping[int, WhyNot] = field(default_factory=dict)
    reachable: Mapping[int, Collection[str]] = field(default_factory=dict)


def plan(on: date, *, payers: Collection[int] | None = None, at_once: bool = False) -> Plan:
    """Nothing is written. `at_once`: whoever still has a step is reminded, whatever its days. A constant number of
    statements."""
    found = groups.of(debts_of(overdue(on, payers=payers)))
    rules = rules_for(found, on)
    decided = [decide(group, rules, on, at_once=at_once) for group in found]
    going = [each for each in decided if isinstance(each, Going)]
    left_out = [each for each in decided if isinstance(each, LeftOut)]
    return Plan(
        on,
        sorted(going, key=lambda each: (-each.level, each.group.lead.name)),
        sorted(left_out, key=lambda each: (each.why, each.group.lead.name)),
    )


def decide(group: Group, rules: Rules, on: date, *, at_once: bool = False) -> Going | LeftOut:
    """The first reason not to remind them that holds, else by which step."""
    if refusal := not_now(group, rules, on):
        return refusal
    dues = [debt for debt in group.debts if not debt.is_fee]
    if not dues:
        return LeftOut(group, WhyNot.ONLY_FEES)
    if group.total < rules.smallest:
        return LeftOut(group, WhyNot.TOO_LITTLE, reason=money.say(group.total, rules.currency))
    steps = rules.steps
    with_steps = [debt for debt in dues if debt.level < len(steps)]
    if not with_steps:
        return LeftOut(group, WhyNot.ALL_TAKEN if steps else WhyNot.NO_STEPS)
    due = [debt for debt in with_steps if at_once or _next_on(debt, steps) <= on]
    if not due:
        return LeftOut(group, WhyNot.NOT_YET, day=min(_next_on(debt, steps) for debt in with_steps))
    level = max(debt.level for debt in due)
    channel = reaching.channel(steps[level].channel, rules.reachable.get(group.lead.pk, ()))
    if channel is None:
        return LeftOut(group, WhyNot.UNREACHABLE)
    named_first = [debt for debt in dues if not debt.level]
    levels = {debt.contribution.pk: debt.level + 1 for debt in (*due, *named_first)}
    return Going(group, steps[level], level + 1, channel, levels)


def not_now(group: Group, rules: Rules, on: date) -> LeftOut | None:
    """Whatever step is due."""
    reasons = {rules.spared.get(debt.contribution.pk) for debt in group.debts}
    if group.has_died or WhyNot.DECEASED in reasons:
        return LeftOut(group, WhyNot.DECEASED)
    if WhyNot.UNDER_WAY in reasons:
        return LeftOut(group, WhyNot.UNDER_WAY)
    pauses = [pause for payer in group.payers for pause in rules.pauses.get(payer.pk, ())]
    for kind in (WhyNot.STOPPED, WhyNot.DISPUTED, WhyNot.PROMISED, WhyNot.HELD):
        if found := next((pause for pause in pauses if pause.kind == kind), None):
            return LeftOut(group, kind, day=found.last_day, reason=found.reason)
    if any(debt.named_on is not None and debt.named_on >= on for debt in group.debts):
        return LeftOut(group, WhyNot.REMINDED)
    return None


def _next_on(debt: Debt, steps: Sequence[ReminderStep]) -> date:
    return debt.counts_from + timedelta(days=steps[debt.level].days)


def overdue(on: date, *, payers: Collection[int] | None = None) -> list[Contribution]:
    """What was due before this day and is still owed; of bills in instalments those parts. Three statements at most."""
    rows = Contribution.objects.owing().filter(due_on__lt=on)
    if payers is not None:
        rows = rows.filter(payer__in=payers)
    people = ("payer__member__household", "payer__guardian__member__household", "payer__guardian__household")
    found = list(rows.select_related("member", "order", *people).order_by("due_on", "pk"))
    return only_due(found, due_of_bills(found, on - timedelta(days=1)))


def debts_of(contributions: Iterable[Contribution]) -> list[Debt]:
    """One statement."""
    found = list(contributions)
    items = ReminderItem.objects.filter(contribution__in=[each.pk for each in found]).order_by()
    taken = {
        row["contribution"]: row
        for row in items.values("contribution").annotate(taken=Max("level"), named_on=Max("reminder__on"))
    }
    return [_debt(each, taken.get(each.pk, {})) for each in found]


def _debt(contribution: Contribution, taken: Mapping[str, object]) -> Debt:
    level, named_on = taken.get("taken") or 0, taken.get("named_on")
    assert isinstance(level, int) and (named_on is None or isinstance(named_on, date))
    failed_at = contribution.failed_at
    return Debt(contribution, level, named_on, timezone.localtime(failed_at).date() if failed_at else None)


def rules_for(found: Sequence[Group], on: date) -> Rules:
    payers = [payer for group in found for payer in group.payers]
    pauses: dict[int, list[ReminderPause]] = {}
    for pause in ReminderPause.objects.filter(payer__in=[payer.pk for payer in payers], ended_at=None):
        if pause.last_day is None or _last_day(pause) >= on:
            pauses.setdefault(pause.payer_id, []).append(pause)
    settings = ReminderSettings.objects.first() or ReminderSettings()
    return Rules(
        steps=list(ReminderStep.objects.all()),
        smallest=settings.smallest,
        currency=current_organisation().currency,
        pauses=pauses,
        spared=under_way.among([debt.contribution for group in found for debt in group.debts]),
        reachable=reaching.channels_of(payers),
    )


def _last_day(pause: ReminderPause) -> date:
    assert pause.last_day is not None
    return pause.last_day + BANK_DAYS if pause.kind == ReminderPause.Kind.PROMISED else pause.last_day
