"""A payer is not reminded for a while: they promised, staff stopped it, they dispute it, one reminder is held back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core import locks
from kring.core.refusals import Refusal
from kring.dues.models import Payer, ReminderPause, ReminderSettings
from kring.organisations.audit import log

Kind = ReminderPause.Kind

# What staff may agree on.
LONGEST = timedelta(days=366)
# Promises by a payer alone, in this time: who breaks two is reminded, and may call.
PROMISES, IN_DAYS = 2, timedelta(days=180)


class StrangeDay(Refusal):
    status = 422
    code = "strange_day"
    message = _("Give a day from today on, until %(last)s at the latest.")
    field = "until"


class TooManyPromises(Refusal):
    code = "too_many_promises"
    message = _("You have named a day twice already. Please answer our email, or call us.")
    field = "until"


class NoPromises(Refusal):
    code = "no_promises"
    message = _("Please answer our email, or call us, if you need more time.")
    field = "until"


class NothingToResume(Refusal):
    code = "nothing_to_resume"
    message = _("Reminders of this payer are not paused.")


def longest_by_payer() -> timedelta:
    """What whoever pays may choose by themselves; nothing: they cannot. One statement."""
    return timedelta(days=(ReminderSettings.objects.first() or ReminderSettings()).promise_days)


@transaction.atomic
def promise(
    payer: Payer, *, until: date, reason: str = "", by: User | None, is_by_payer: bool = False
) -> ReminderPause:
    """They pay by this day; a later promise replaces it. Raises StrangeDay, NoPromises, TooManyPromises."""
    longest = longest_by_payer() if is_by_payer else LONGEST
    if not longest:
        raise NoPromises
    _demand_day(until, longest)
    _lock(payer)
    if is_by_payer:
        made = ReminderPause.objects.filter(payer=payer, kind=Kind.PROMISED, is_by_payer=True)
        same = made.filter(ended_at=None, last_day=until).first()
        if same is not None:
            return same
        if made.filter(created_at__gte=timezone.now() - IN_DAYS).count() >= PROMISES:
            raise TooManyPromises
    return _pause(payer, Kind.PROMISED, until, reason, by, is_by_payer=is_by_payer)


@transaction.atomic
def stop(
    payer: Payer, *, reason: str, until: date | None = None, by: User | None, is_disputed: bool = False
) -> ReminderPause:
    """No reminders, until a day or until somebody resumes them. Raises StrangeDay."""
    if until is not None:
        _demand_day(until, LONGEST)
    _lock(payer)
    return _pause(payer, Kind.DISPUTED if is_disputed else Kind.STOPPED, until, reason, by)


@transaction.atomic
def hold_back(payer: Payer, *, on: date, by: User | None) -> ReminderPause:
    """The reminder of this day alone: the next day it is due again. Raises StrangeDay."""
    _demand_day(on, LONGEST)
    _lock(payer)
    return _pause(payer, Kind.HELD, on, "", by)


@transaction.atomic
def resume(payer: Payer, *, by: User | None) -> None:
    """Whatever paused them. Raises NothingToResume."""
    _lock(payer)
    found = list(ReminderPause.objects.filter(payer=payer).in_force())
    if not found:
        raise NothingToResume
    _end(found, by)
    log("reminders.resumed", payer, old={"kind": [pause.kind for pause in found]}, actor=by)


def _pause(
    payer: Payer, kind: str, until: date | None, reason: str, by: User | None, *, is_by_payer: bool = False
) -> ReminderPause:
    old = list(ReminderPause.objects.filter(payer=payer, kind=kind, ended_at=None))
    _end(old, by)
    made: ReminderPause = ReminderPause.objects.create(
        payer=payer, kind=kind, last_day=until, reason=reason[:300], created_by=by, is_by_payer=is_by_payer
    )
    new = {"kind": kind, "until": until and str(until), "reason": reason, "by_payer": is_by_payer}
    log(
        "reminders.paused",
        payer,
        old={"until": [str(each.last_day) for each in old]} if old else None,
        new=new,
        actor=by,
    )
    return made


def _end(pauses: list[ReminderPause], by: User | None) -> None:
    keys = [pause.pk for pause in pauses]
    ReminderPause.objects.filter(pk__in=keys).update(ended_at=timezone.now(), ended_by=by)


def _demand_day(day: date, longest: timedelta) -> None:
    today = timezone.localdate()
    if not today <= day <= today + longest:
        raise StrangeDay(last=(today + longest).isoformat())


def _lock(payer: Payer) -> None:
    """As sending does: nobody is reminded while it is written."""
    locks.lock([lock_of(payer.pk)])


def lock_of(payer: int) -> str:
    return f"dues reminder {payer}"
