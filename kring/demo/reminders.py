"""Reminders in the demo: steps that ran in the past weeks for some who still owe, a stop, a dispute, a promise (C5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.demo import acting
from kring.dues.models import Reminder
from kring.dues.reminding import pausing, planning, schedule, sending, steps
from kring.mail.models import Message

# How many had the first step, of these the second, and of these the last; and how many days ago.
STEPS = ((30, 40), (14, 22), (5, 1))


def fill(visitors: acting.Visitors) -> None:
    treasurer, today = visitors.staff["treasurer"], timezone.localdate()
    steps.add_usual(by=treasurer)
    late = [each.group for each in planning.plan(today).going][: STEPS[0][0]]
    for number, days in STEPS:
        # A batch each: the plan is made once for all of it.
        _ago(sending.remind([payer.pk for group in late[:number] for payer in group.payers]), days)
    left = [group.lead for group in late[STEPS[1][0] :]]
    if len(left) >= 3:
        pausing.stop(left[0], reason="Betalingsregeling met de penningmeester afgesproken", by=treasurer)
        reason = "Zegt in mei te hebben opgezegd; secretaris zoekt het uit"
        pausing.stop(left[1], reason=reason, by=treasurer, is_disputed=True)
        pausing.promise(left[2], until=today + timedelta(days=12), by=None, is_by_payer=True)
    schedule.set_up(is_on=True, hour=9, smallest=Decimal(1), by=treasurer)


def _ago(made: Sequence[Reminder], days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    keys = [each.pk for each in made]
    Reminder.objects.filter(pk__in=keys).update(on=timezone.localdate(at), created_at=at)
    Message.objects.filter(pk__in=[each.message_id for each in made if each.message_id]).update(created_at=at)
