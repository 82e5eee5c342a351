"""Two workers, a killed one, a clock that is set back, a tick that is run again: over real connections (C5)."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from kring.billing.models import Order
from kring.core import locks, ticking
from kring.core.tenancy import scope
from kring.dues import jobs as dues_jobs
from kring.dues.models import Contribution, Reminder, ReminderSettings
from kring.dues.reminding import mails, planning, schedule, sending
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import paying
from tests import database, jobs, make
from tests.dues.owing import pending
from tests.dues.reminders import overdue, usual_steps
from tests.places.test_at_once import at_once, meet

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


@pytest.fixture
def organisation(transactional_db: None) -> Organisation:
    made = make.organisation()
    with scope(made):
        usual_steps()
        schedule.set_up(is_on=True, hour=9, smallest=Decimal(1), by=None)
    return made


@pytest.fixture
def made(organisation: Organisation) -> Contribution:
    with scope(organisation):
        return overdue(10)


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch, organisation: Organisation) -> Any:
    """Sets the clock to this hour of today, or of a day from today, in the organisation's zone."""
    today = timezone.localtime(timezone.now(), organisation.zone)

    def set_to(hour: int, *, days: int = 0) -> datetime:
        moment = today.replace(hour=hour, minute=30) + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return set_to


@contextmanager
def without(*indexes: str):
    """The negative control: the database allows two."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        made = "SELECT indexdef FROM pg_indexes WHERE indexname = %s"
        found = [owner.execute(made, [name]).fetchone() for name in indexes]
        for name in indexes:
            owner.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            owner.execute("DELETE FROM dues_reminder")
            for [definition] in found:
                owner.execute(definition)


def sent_at_once(organisation: Organisation, payer: int) -> int:
    """How many reminders this many workers send to one payer at the same moment."""

    def remind(_number: int) -> int:
        with suppress(IntegrityError), scope(organisation):
            return len(sending.remind([payer]))
        return 0

    return sum(at_once(remind, WORKERS))


def counted(organisation: Organisation) -> tuple[int, int]:
    with scope(organisation):
        return Reminder.objects.count(), Message.objects.count()


def test_workers_at_once_send_one(organisation: Organisation, made: Contribution):
    assert sent_at_once(organisation, made.payer_id) == 1
    assert counted(organisation) == (1, 1)


def test_without_the_locks_the_database_still_refuses_the_second(organisation, made, monkeypatch):
    monkeypatch.setattr(locks, "lock", lambda names: None)
    monkeypatch.setattr(sending, "rows_to_lock", Order.objects.all)

    assert sent_at_once(organisation, made.payer_id) == 1
    assert counted(organisation) == (1, 1)


def test_without_both_they_send_more(organisation, made, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(locks, "lock", lambda names: None)
    monkeypatch.setattr(sending, "rows_to_lock", Order.objects.all)
    meet(monkeypatch, planning, "plan", WORKERS)
    with without("reminder_is_one_per_payer_and_day", "reminder_step_is_taken_once_per_contribution"):
        assert sent_at_once(organisation, made.payer_id) == WORKERS


def test_two_ticks_at_once_begin_once(organisation: Organisation, made: Contribution, it_is: Any):
    it_is(10, days=1)

    def tick(_number: int) -> int:
        with scope(organisation):
            return dues_jobs.begin_reminders()

    assert sum(at_once(tick, WORKERS)) == 1
    assert len(jobs.queued("dues.remind")) == 1


def test_each_day_at_its_hour_and_no_second_time(organisation: Organisation, made: Contribution, it_is: Any):
    it_is(8, days=1)
    ticking.tick()
    assert not jobs.queued("dues.remind")

    it_is(9, days=1)
    for _ in range(3):
        ticking.tick()
    assert len(jobs.queued("dues.remind")) == 1

    jobs.work()
    assert counted(organisation) == (1, 1)
    ticking.tick()
    jobs.work()
    assert counted(organisation) == (1, 1)


def test_a_worker_that_was_down_sends_nothing_at_night(organisation: Organisation, made: Contribution, it_is: Any):
    it_is(23, days=1)
    ticking.tick()
    assert not jobs.queued("dues.remind")

    it_is(9, days=2)
    ticking.tick()
    it_is(22, days=2)
    jobs.work()
    assert counted(organisation) == (0, 0)

    it_is(9, days=3)
    ticking.tick()
    jobs.work()
    assert counted(organisation) == (1, 1)


def test_a_clock_that_is_set_back_sends_nothing_twice(organisation: Organisation, made: Contribution, it_is: Any):
    it_is(9, days=3)
    ticking.tick()
    jobs.work()
    it_is(9, days=1)
    for _ in range(2):
        with scope(organisation):
            ReminderSettings.objects.update(next_at=timezone.now())
        ticking.tick()
        jobs.work()

    assert counted(organisation) == (1, 1)


def test_a_worker_killed_before_the_end_has_sent_nothing_and_the_next_one_sends_it(organisation, made, monkeypatch):
    real = mails.reminder

    def killed(*args: Any) -> Message:
        real(*args)
        raise SystemExit

    monkeypatch.setattr(mails, "reminder", killed)
    with pytest.raises(SystemExit), scope(organisation):
        sending.remind([made.payer_id])
    assert counted(organisation) == (0, 0)

    monkeypatch.setattr(mails, "reminder", real)
    assert sent_at_once(organisation, made.payer_id) == 1


def test_money_that_arrives_waits_for_the_reminder_or_comes_before_it(organisation: Organisation, made: Contribution):
    with scope(organisation):
        payment = pending(made.order, "80.00")

    def act(number: int) -> int:
        with scope(organisation):
            return len(sending.remind([made.payer_id])) if number else int(paying.confirm(payment)) - 1

    sent = sum(at_once(act, 2))
    with scope(organisation):
        assert Reminder.objects.count() == sent
        assert not planning.plan(timezone.localdate() + timedelta(days=30)).going


def test_another_organisation_is_not_concerned(organisation: Organisation, made: Contribution):
    other = make.organisation()
    with scope(other):
        assert not planning.plan(timezone.localdate()).going
        assert sending.remind([made.payer_id]) == []


def test_send_now_pressed_twice_sends_one(organisation: Organisation, made: Contribution):
    def press(_number: int) -> int:
        with suppress(sending.NotReminded), scope(organisation):
            sending.remind_now(made.payer, by=None)
            return 1
        return 0

    assert sum(at_once(press, 2)) == 1


def test_staff_sends_those_of_today_whatever_the_hour(organisation: Organisation, made: Contribution, it_is: Any):
    it_is(22)
    with scope(organisation):
        assert schedule.send_todays(by=None) == 1
        assert schedule.send_todays(by=None) == 1

    jobs.work()
    assert counted(organisation) == (1, 1)
