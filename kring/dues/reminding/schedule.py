"""Each day at its hour, an organisation's reminders: one process begins, and a job reminds each group of payers.

A job that comes late finds what is due then; one that is done again finds nothing.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.core import jobs
from kring.core.transactions import in_transaction
from kring.dues.models import ReminderSettings
from kring.dues.reminding import planning, printing, unsent
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

# Nobody gets an email about money in the evening because a worker was down.
LATEST = time(20)
REMIND = "dues.remind"


def begin_due() -> int:
    """How many groups are reminded now, in this scope and its time zone."""
    now = timezone.localtime()
    settings = ReminderSettings.objects.due().first()
    if settings is None:
        return 0
    mine = ReminderSettings.objects.filter(pk=settings.pk, is_on=True, next_at=settings.next_at)
    if not is_decent(now, settings):
        mine.update(next_at=next_time(settings, after=now))
        return 0
    if not mine.update(next_at=next_time(settings, after=now), last_on=now.date()):
        return 0
    unsent.see_to_those()
    printing.drop_needless()
    plan = planning.plan(now.date())
    jobs.later_each(REMIND, [{"payers": each.group.key} for each in plan.going])
    return len(plan.going)


@in_transaction
def send_todays(*, by: User | None) -> int:
    """Those of today at once, whatever the hour: staff looked at them. How many."""
    plan = planning.plan(timezone.localdate())
    if plan.going:
        log("reminders.sent_at_once", current_organisation(), new={"number": len(plan.going)}, actor=by)
        jobs.later_each(REMIND, [{"payers": each.group.key, "at_any_hour": 1} for each in plan.going])
    return len(plan.going)


def is_decent(now: datetime, settings: ReminderSettings | None = None) -> bool:
    """`now` in the organisation's zone."""
    begins = time((settings or ReminderSettings.objects.first() or ReminderSettings()).hour)
    return begins <= now.time() < LATEST


def next_time(settings: ReminderSettings, *, after: datetime) -> datetime:
    """The next time their hour comes; `after` in the organisation's zone."""
    hour = time(settings.hour)
    day = after.date() if after.time() < hour else after.date() + timedelta(days=1)
    return datetime.combine(day, hour, current_organisation().zone)


@in_transaction
def set_up(
    *, is_on: bool, hour: int, smallest: Decimal, promise_days: int | None = None, by: User | None
) -> ReminderSettings:
    """The settings; switched on or moved, the next ones go at the next time this hour comes."""
    found = ReminderSettings.objects.select_for_update().first() or ReminderSettings()
    fields = ("is_on", "hour", "smallest", "promise_days")
    old = {name: getattr(found, name) for name in fields}
    was_on, before = found.is_on and found.pk is not None, found.hour
    found.is_on, found.hour, found.smallest = is_on, hour, smallest
    if promise_days is not None:
        found.promise_days = promise_days
    if not is_on:
        found.next_at = None
    elif not was_on or hour != before or found.next_at is None:
        found.next_at = next_time(found, after=timezone.localtime())
    found.save()
    new = {name: getattr(found, name) for name in fields}
    if differing := {name for name in fields if old[name] != new[name]}:
        kept = ({name: values[name] for name in differing} for values in (old, new))
        log("reminder_settings.changed", found, old=next(kept), new=next(kept), actor=by)
    return found
