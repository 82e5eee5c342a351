"""The steps of an organisation. What was sent keeps what it was: a changed step counts from the next reminder on."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core import locks
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.dues.models import Channel, ReminderStep, Tone
from kring.organisations.audit import log
from kring.organisations.changing import change

MOST = 9
USUAL = (
    (7, Tone.FRIENDLY, Channel.MAIL),
    (14, Tone.FIRM, Channel.MAIL),
    (14, Tone.LAST, Channel.BOTH),
)


class TooManySteps(Refusal):
    code = "too_many_steps"
    message = _("There are nine steps already.")


class StepsThere(Refusal):
    code = "steps_there"
    message = _("There are steps already.")


@in_transaction
def add(*, days: int, tone: str, channel: str, fee: Decimal = Decimal(0), by: User | None) -> ReminderStep:
    """After the last one. Raises TooManySteps."""
    locks.lock(["reminder steps"])
    if ReminderStep.objects.count() >= MOST:
        raise TooManySteps
    last = ReminderStep.objects.aggregate(last=Max("position"))["last"] or 0
    made = ReminderStep.objects.create(position=last + 1, days=days, tone=tone, channel=channel, fee=fee)
    log("reminder_step.added", made, new=_facts(made), actor=by)
    return made


@in_transaction
def add_usual(*, by: User | None) -> None:
    """Three of them, where there is none. Raises StepsThere."""
    locks.lock(["reminder steps"])
    if ReminderStep.objects.exists():
        raise StepsThere
    for days, tone, channel in USUAL:
        add(days=days, tone=tone, channel=channel, by=by)


def rework(step: ReminderStep, **fields: object) -> None:
    change(step, "reminder_step.changed", **fields)


@in_transaction
def remove(step: ReminderStep, *, by: User | None) -> None:
    log("reminder_step.removed", step, old=_facts(step), actor=by)
    step.delete()


def _facts(step: ReminderStep) -> dict[str, object]:
    return {"days": step.days, "tone": step.tone, "channel": step.channel, "fee": str(step.fee)}
