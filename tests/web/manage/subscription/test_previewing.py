"""What changing a plan costs is said before it is changed, as Stripe works it out, and is what is charged then (B2)."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.payments.method import ProviderUnavailable
from kring.plans import refusals, subscribing
from kring.plans.models import Plan
from kring.web.manage.subscription.costs import ShownForm, in_words
from tests.plans.conftest import AtStripe, of

pytestmark = pytest.mark.django_db
DAY = 86_400


@pytest.fixture
def club(stripe: AtStripe) -> Plan:
    return stripe.plan()


@pytest.fixture
def large(stripe: AtStripe) -> Plan:
    return stripe.plan("Federation", 25)


def half_over(subscription: dict[str, Any]) -> None:
    item = subscription["items"]["data"][0]
    item["current_period_start"] -= 15 * DAY
    item["current_period_end"] -= 15 * DAY


def charged(stripe: AtStripe, subscription: dict[str, Any]) -> Decimal:
    return Decimal(stripe.server.find(subscription["latest_invoice"])["amount_due"]) / 100


def test_up_costs_the_difference_with_the_next_invoice(
    stripe: AtStripe, club: Plan, large: Plan, organisation: Any
) -> None:
    subscription = stripe.subscribe(organisation, club)
    half_over(subscription)

    found = subscribing.preview(organisation, large)

    assert (found.amount, found.regular, found.difference) == (Decimal("32.50"), Decimal(25), Decimal("7.50"))
    assert not found.is_at_once
    assert abs(found.at - timezone.now() - timedelta(days=15)) < timedelta(minutes=5)
    [nothing, later] = in_words(found)
    assert nothing == "Today nothing is charged."
    assert later.endswith(
        "€32.50 is charged: €25.00 for the period that begins then, and €7.50 more for the rest of the present one."
    )
    subscribing.change(organisation, large, found.reckoned_at)
    stripe.server.next_period(subscription)
    assert charged(stripe, subscription) == found.amount


def test_down_gives_back_and_keeps_what_is_left_over(
    stripe: AtStripe, club: Plan, large: Plan, organisation: Any
) -> None:
    stripe.subscribe(organisation, large)

    found = subscribing.preview(organisation, club)

    assert (found.amount, found.difference, found.credit) == (0, Decimal(-15), Decimal(5))
    assert in_words(found)[1:] == [
        in_words(found)[1],
        "€5.00 is left over, and taken off the invoices after it.",
    ]
    assert "less €15.00 for the rest of the present one." in in_words(found)[1]


def test_another_interval_is_charged_today(stripe: AtStripe, club: Plan, organisation: Any) -> None:
    subscription = stripe.subscribe(organisation, club)
    half_over(subscription)
    yearly = stripe.plan("Club, a year", 100, interval="year")

    found = subscribing.preview(organisation, yearly)

    assert found.is_at_once
    assert (found.amount, found.regular, found.difference) == (Decimal(95), Decimal(100), Decimal(-5))
    assert in_words(found) == [
        "Today €95.00 is charged: €100.00 for the period that begins now, less €5.00 for the rest of the present one."
    ]
    subscribing.change(organisation, yearly, found.reckoned_at)
    assert charged(stripe, subscription) == found.amount


def test_in_a_trial_nothing_is_charged_before_its_end(stripe: AtStripe, large: Plan, organisation: Any) -> None:
    stripe.subscribe(organisation, stripe.plan("Trial", 10, trial_days=14))

    found = subscribing.preview(organisation, large)

    assert (found.amount, found.difference, found.is_at_once) == (Decimal(25), 0, False)
    assert abs(found.at - timezone.now() - timedelta(days=14)) < timedelta(minutes=5)
    assert in_words(found)[1].endswith("€25.00 is charged, for the period that begins then.")


def test_looking_changes_nothing(stripe: AtStripe, club: Plan, large: Plan, organisation: Any) -> None:
    subscription = stripe.subscribe(organisation, club)
    before = str(subscription)
    invoices = len(stripe.server.of("invoices"))

    subscribing.preview(organisation, large)

    assert str(subscription) == before
    assert (len(stripe.server.of("invoices")), stripe.server.notices) == (invoices, [])
    assert of(organisation).plan == club


def test_what_was_shown_is_what_it_costs_also_some_minutes_later(
    stripe: AtStripe, club: Plan, large: Plan, organisation: Any
) -> None:
    subscription = stripe.subscribe(organisation, club)
    half_over(subscription)
    earlier = int(time.time()) - 3000

    subscribing.change(organisation, large, earlier)

    assert subscription["_prorated"] == 752, "3000 seconds are 2 cents of it."


@pytest.mark.parametrize(
    ("sent", "is_taken"), [(0, True), (-3000, True), (-4000, False), (60, False), ("x", False), ("", False)]
)
def test_a_moment_that_was_not_shown_is_left_out(sent: Any, is_taken: bool) -> None:
    at = int(time.time()) + sent if isinstance(sent, int) else sent

    assert ShownForm({"at": str(at)}).shown_at() == (at if is_taken else None)
    assert ShownForm({"at": "9" * 40}).shown_at() is None


def test_what_cannot_be_changed_costs_nothing(stripe: AtStripe, club: Plan, organisation: Any) -> None:
    stripe.subscribe(organisation, club)

    with pytest.raises(refusals.SamePlan):
        subscribing.preview(organisation, club)


def test_stripe_is_down_and_says_nothing(stripe: AtStripe, club: Plan, large: Plan, organisation: Any) -> None:
    stripe.subscribe(organisation, club)
    stripe.server.behave("status 500")

    with pytest.raises(ProviderUnavailable):
        subscribing.preview(organisation, large)

    assert of(organisation).plan == club
