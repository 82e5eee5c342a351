"""A payment that failed: administrators are reminded, and then access is limited (B3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.organisations import platform_settings
from kring.organisations.models import AuditEntry, PlatformLog
from kring.plans.billing_status import refresh, status_of
from kring.plans.models import PlanSubscription
from kring.plans.reminding import day_to_remind, days_of_reminders
from tests import make
from tests.plans.conftest import state_of

NOW = datetime(2026, 5, 20, tzinfo=UTC)


@pytest.fixture
def overdue(stripe, organisation):
    """The payment has just failed."""
    with scope(organisation):
        make.staff("org_admin", email="ada@example.org")
        make.staff("treasurer")
    subscription = stripe.subscribe(organisation, stripe.plan(), "failing")
    stripe.server.next_period(subscription)
    stripe.deliver()
    return subscription


def passed(organisation, days):
    """So many days since the payment failed, and the platform's clock ticks, twice."""
    with scope(organisation):
        PlanSubscription.objects.update(past_due_since=timezone.now() - timedelta(days=days, minutes=1))
    tick()
    tick()


def mails(organisation):
    with scope(organisation):
        rows = Message.objects.filter(template__startswith="plan-").order_by("pk")
        return list(rows.values_list("template", "recipient"))


def failed(number):
    return [("plan-payment-failed", "ada@example.org")] * number


def test_reminders_on_the_days_and_before_access_is_limited(overdue, organisation):
    assert mails(organisation) == failed(1)
    for day, number in [(2, 1), (3, 2), (6, 2), (7, 3), (12, 3), (13, 4)]:
        passed(organisation, day)
        assert (day, mails(organisation)) == (day, failed(number))
    assert state_of(organisation) == ("past_due", "past_due")

    passed(organisation, 14)
    assert state_of(organisation) == ("past_due", "limited")
    passed(organisation, 20)
    assert mails(organisation) == [*failed(4), ("plan-limited", "ada@example.org")]


def test_a_platform_that_was_off_for_days_writes_once(overdue, organisation):
    passed(organisation, 8)

    assert mails(organisation) == failed(2)


def test_paying_opens_everything_again(overdue, stripe, organisation):
    passed(organisation, 14)

    stripe.server.kind("customers")[overdue["customer"]]["_fails"] = False
    stripe.server.settle(overdue)
    stripe.deliver()

    assert state_of(organisation) == ("active", "ok")
    with scope(organisation):
        steps = AuditEntry.objects.filter(action="organisation.billing_status_changed").order_by("pk")
        assert [entry.new["billing_status"] for entry in steps] == ["past_due", "limited", "ok"]
    logged = PlatformLog.objects.filter(action="organisation.billing_status_changed", organisation=organisation)
    assert logged.count() == 3


def test_what_is_logged_begins_with_what_it_was_however_long_a_scope_is_open(overdue, organisation):
    with scope(organisation):
        PlanSubscription.objects.update(past_due_since=timezone.now() - timedelta(days=30))
        assert organisation.billing_status == "ok"
        refresh()

        entry = AuditEntry.objects.filter(action="organisation.billing_status_changed").latest("pk")
        assert (entry.old, entry.new) == ({"billing_status": "past_due"}, {"billing_status": "limited"})


def test_the_grace_period_is_the_platforms(overdue, organisation):
    platform_settings.change("billing_grace_days", 5)

    passed(organisation, 4)
    assert state_of(organisation) == ("past_due", "past_due")
    passed(organisation, 5)
    assert state_of(organisation) == ("past_due", "limited")


@pytest.mark.parametrize(
    ("state", "days", "status"),
    [
        ("active", None, "ok"),
        ("trial", None, "trial"),
        ("cancelled", None, "cancelled"),
        ("past_due", 0, "past_due"),
        ("past_due", 13, "past_due"),
        ("past_due", 14, "limited"),
    ],
)
def test_what_a_subscription_means(state, days, status):
    since = None if days is None else NOW - timedelta(days=days)

    assert status_of(state, since, grace=14, now=NOW) == status


@pytest.mark.parametrize(("grace", "days"), [(14, [0, 3, 7, 13]), (7, [0, 3, 6]), (4, [0, 3]), (1, [0]), (0, [])])
def test_days_of_reminders(grace, days):
    assert days_of_reminders(grace) == days


@pytest.mark.parametrize(
    ("passed_days", "last", "day"), [(0, None, 0), (2, 0, None), (8, None, 7), (8, 7, None), (13, 7, 13)]
)
def test_of_several_that_were_missed_the_last(passed_days, last, day):
    assert day_to_remind(NOW - timedelta(days=passed_days), last, grace=14, now=NOW) == day
