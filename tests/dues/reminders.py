"""Overdue contributions, steps, and days that pass; all need a scope."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from kring.dues.models import Contribution, Reminder, ReminderItem, ReminderPause, ReminderStep
from kring.dues.reminding import planning, sending, steps
from kring.members.models import Member
from tests import make
from tests.dues import owing


def usual_steps(*, fee: str = "0") -> list[ReminderStep]:
    """A friendly one after a week, and two more each two weeks later; from the second on they cost this much."""
    for days, tone, channel, costs in (
        (7, "friendly", "mail", "0"),
        (14, "firm", "mail", fee),
        (14, "last", "letter", fee),
    ):
        steps.add(days=days, tone=tone, channel=channel, fee=Decimal(costs), by=None)
    return list(ReminderStep.objects.all())


def person(**fields: Any) -> Member:
    """With everything that a letter or an email needs."""
    number = Member.objects.count() + 1
    home = {"street": "Kerkstraat", "house_number": str(number), "postal_code": "1234 AB", "city": "Utrecht"}
    return make.member(**{"email": f"payer-{number}@example.org"} | home | fields)


def overdue(days: int = 10, amount: str = "80.00", *, member: Member | None = None, **more: Any) -> Contribution:
    due_on = timezone.localdate() - timedelta(days=days)
    return owing.contribution(amount, member=member or person(), due_on=due_on, **more)


def days_pass(days: int) -> None:
    """All that happened is so much longer ago."""
    gone = timedelta(days=days)
    Contribution.objects.update(due_on=F("due_on") - gone)
    Contribution.objects.exclude(failed_at=None).update(failed_at=F("failed_at") - gone)
    for reminder in Reminder.objects.order_by("on"):
        Reminder.objects.filter(pk=reminder.pk).update(on=reminder.on - gone)
    for pause in ReminderPause.objects.exclude(last_day=None):
        ReminderPause.objects.filter(pk=pause.pk).update(
            last_day=pause.last_day - gone, created_at=pause.created_at - gone
        )


def everybody() -> list[int]:
    return list(Contribution.objects.values_list("payer", flat=True).distinct())


def remind() -> list[Reminder]:
    """As the jobs of one day do."""
    plan = planning.plan(timezone.localdate())
    return [made for each in plan.going for made in sending.remind([payer.pk for payer in each.group.payers])]


def why_not(on: date | None = None) -> list[str]:
    return [str(each.why) for each in planning.plan(on or timezone.localdate()).left_out]


def taken(contribution: Contribution) -> list[int | None]:
    """Which of its steps were taken, in their order."""
    items = ReminderItem.objects.filter(contribution=contribution).order_by("pk")
    return list(items.values_list("level", flat=True))
