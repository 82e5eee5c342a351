"""The page of the organisation's subscription (B2)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.organisations import platform_settings
from kring.plans.models import Plan
from tests.payments.pretending import press
from tests.plans.conftest import AtStripe, of, state_of
from tests.web.manage.conftest import Staff
from tests.web.reading import words

pytestmark = pytest.mark.django_db
PAGES = ["subscription", "subscription_cancellation"]


@pytest.fixture
def club(stripe: AtStripe) -> Plan:
    return stripe.plan(descriptions={"en": "For one club."}, most_members=100, most_staff=5)


def goes_to(answer: Any) -> str:
    """Where the page that leaves us leads."""
    return str(answer.context["url"])


def test_without_plans_there_is_no_page_and_no_entry_in_the_menu(admin: Staff) -> None:
    assert [admin.page(page).status_code for page in PAGES] == [404, 404]
    assert "Subscription" not in words(admin.page("users"))


def test_choosing_and_paying_a_plan(admin: Staff, stripe: AtStripe, club: Plan, organisation: Any) -> None:
    page = words(admin.page("subscription"))
    assert "No plan" in page and "Club" in page and "€10.00 a month" in page and "For one club." in page
    assert "Subscription" in words(admin.page("users"))

    there = goes_to(admin.act("subscription_choice", club.pk))
    back = press(there, "card")
    assert back == f"{organisation.url}/organisation/subscription/?paid=1"
    admin.get("/organisation/subscription/?paid=1")

    page = words(admin.page("subscription"))
    assert "active" in page and "The next payment is on" in page and "1 of 5" in page
    assert "not finished → active" in page


def test_the_treasurer_sees_it_and_changes_nothing(
    staff: Any,
    treasurer: Staff,
    stripe: AtStripe,
    club: Plan,
    organisation: Any,
) -> None:
    stripe.subscribe(organisation, club)

    page = words(treasurer.page("subscription"))
    assert "Club" in page and "Cancel subscription" not in page
    for name in ("subscription_choice", "subscription_change"):
        assert treasurer.act(name, club.pk).status_code == 403
    for name in ("subscription_cancellation", "subscription_keeping", "subscription_portal"):
        assert treasurer.act(name).status_code == 403
    assert staff("organiser").page("subscription").status_code == 403


def test_changing_up_is_confirmed_first(admin: Staff, stripe: AtStripe, club: Plan, organisation: Any) -> None:
    stripe.subscribe(organisation, club)
    large = stripe.plan("Federation", 25)

    page = words(admin.page("subscription_change", large.pk))
    assert "Change to “Federation”, €25.00 a month?" in page and "Today nothing is charged." in page
    assert "€40.00 is charged: €25.00 for the period that begins then, and €15.00 more" in page
    admin.act("subscription_change", large.pk)

    assert of(organisation).plan == large
    assert "From now on your plan is “Federation”." in words(admin.page("subscription"))


def test_what_a_change_costs_cannot_be_said_while_stripe_is_down(
    admin: Staff, stripe: AtStripe, club: Plan, organisation: Any
) -> None:
    stripe.subscribe(organisation, club)
    large = stripe.plan("Federation", 25)
    stripe.server.behave("status 500")

    assert admin.page("subscription_change", large.pk).status_code == 302
    assert "Stripe does not answer at the moment." in words(admin.page("subscription"))
    admin.act("subscription_change", large.pk)
    assert of(organisation).plan == club


def test_a_plan_that_is_too_small_is_refused_with_words(
    admin: Staff,
    stripe: AtStripe,
    club: Plan,
    organisation: Any,
) -> None:
    small = stripe.plan("Small", 1, most_staff=0)

    admin.act("subscription_choice", small.pk)

    assert "“Small” has room for 0 people with a role, and you have 1 person with a role." in words(
        admin.page("subscription")
    )
    assert of(organisation) is None


def test_cancelled_and_kept(admin: Staff, stripe: AtStripe, club: Plan, organisation: Any) -> None:
    stripe.subscribe(organisation, club)
    assert "Nothing is deleted." in words(admin.page("subscription_cancellation"))

    admin.act("subscription_cancellation")
    assert "It has been cancelled, and ends on" in words(admin.page("subscription"))

    admin.act("subscription_keeping")
    assert "The next payment is on" in words(admin.page("subscription"))


def test_an_open_invoice_is_paid_on_stripes_own_page(
    admin: Staff,
    stripe: AtStripe,
    club: Plan,
    organisation: Any,
) -> None:
    subscription = stripe.subscribe(organisation, club, "failing")
    stripe.server.next_period(subscription)
    stripe.deliver()
    page = words(admin.page("subscription"))
    assert "A payment has failed" in page and "Everything stays open until" in page

    there = goes_to(admin.act("subscription_portal"))
    press(there, "card")
    press(there, "settle")
    assert press(there, "back") == f"{organisation.url}/organisation/subscription/?paid=1"
    admin.get("/organisation/subscription/?paid=1")

    assert state_of(organisation) == ("active", "ok")


def test_stripe_is_down(admin: Staff, stripe: AtStripe, club: Plan, organisation: Any) -> None:
    stripe.server.behave("status 500")

    admin.act("subscription_choice", club.pk)

    assert "Stripe does not answer at the moment." in words(admin.page("subscription"))
    assert admin.get("/organisation/subscription/?paid=1").status_code == 302
    assert admin.page("subscription").status_code == 200


def test_a_platform_that_is_not_connected_says_so(admin: Staff, stripe: AtStripe, club: Plan) -> None:
    platform_settings.restore("stripe_secret_key")

    admin.act("subscription_choice", club.pk)

    assert "not connected to Stripe yet" in words(admin.page("subscription"))
