"""A plan from choosing to paying again, in a browser: the card fails, access is limited, all is back (B2, B3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts.stripe import Stripe
from kring.organisations.models import AuditEntry, PlatformLog
from kring.plans.models import PlanSubscription
from tests import make
from tests.plans.conftest import AtStripe, of


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Our Club")


@pytest.fixture
def stripe(settings: Any, site: Any, client: Any) -> Any:
    with Stripe() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": server.url}
        found = AtStripe(server, client)
        found.connect()
        yield found


def test_a_plan_is_chosen_the_card_fails_and_paying_opens_all_again(
    visit: Any, check_page: Any, site: Any, organisation: Any, stripe: AtStripe
) -> None:
    stripe.plan(descriptions={"en": "For one club."}, most_members=100)
    stripe.plan("Federation", 75)
    with scope(organisation):
        admin, event = make.staff("org_admin"), make.attraction(price="10").event
    page = visit(organisation, "/organisation/subscription/", user=admin)
    check_page(page)

    page.get_by_role("button", name="Choose this plan Club", exact=True).click()
    page.get_by_role("button", name="Subscribe by a card that fails at the next payment").click()
    expect(page.get_by_text("The next payment is on")).to_be_visible()
    check_page(page)

    _the_card_fails(stripe, organisation)
    page.reload()
    expect(page.get_by_text("A payment has failed", exact=True)).to_be_visible()
    page.goto(site.url(organisation, "/organisation/members/new/"))
    expect(page.get_by_text("Everything stays open for now.")).to_be_visible()

    with scope(organisation):
        PlanSubscription.objects.update(past_due_since=timezone.now() - timedelta(days=15))
    tick()
    page.goto(site.url(organisation, f"/events/{event.slug}/order/"))
    expect(page.get_by_role("heading", name="A payment for your plan is overdue")).to_be_visible()
    check_page(page)
    for path in ("subscription/", "orders/", "monitor/", "members/"):
        page.goto(site.url(organisation, f"/organisation/{path}"))
        expect(page.get_by_role("heading", level=1)).not_to_have_text("A payment for your plan is overdue")

    page.goto(site.url(organisation, "/organisation/subscription/"))
    check_page(page)
    page.get_by_role("button", name="Pay at Stripe").click()
    page.get_by_role("button", name="Use a card that works").click()
    page.get_by_role("button", name="Pay the open invoice").click()
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_text("The next payment is on")).to_be_visible()
    page.goto(site.url(organisation, f"/events/{event.slug}/order/"))
    expect(page.get_by_role("heading", name="A payment for your plan is overdue")).to_have_count(0)
    _each_step_is_in_the_log(organisation)


def test_the_platforms_pages_of_plans(visit: Any, check_page: Any, stripe: AtStripe) -> None:
    stripe.plan(most_members=100, trial_days=14)
    page = visit("portal", "/platform/plans/", user=make.user(is_platform_admin=True))
    check_page(page)

    page.get_by_role("link", name="New plan").click()
    expect(page.get_by_role("heading", name="New plan")).to_be_visible()
    check_page(page)


def _the_card_fails(stripe: AtStripe, organisation: Any) -> None:
    stripe.server.next_period(stripe.server.kind("subscriptions")[of(organisation).subscription_id])
    stripe.deliver()


def _each_step_is_in_the_log(organisation: Any) -> None:
    with scope(organisation):
        rows = AuditEntry.objects.order_by("pk")
        states = [row.new["state"] for row in rows.filter(action="plan_subscription.changed") if "state" in row.new]
        access = [row.new["billing_status"] for row in rows.filter(action="organisation.billing_status_changed")]
    assert (states, access) == (["active", "past_due", "active"], ["past_due", "limited", "ok"])
    assert PlatformLog.objects.filter(action="plan_subscription.changed", organisation=organisation).count() == 3
