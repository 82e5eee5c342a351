from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest

from kring.core.tenancy import scope
from kring.demo.counterparts.stripe import Stripe
from kring.organisations import audit, platform_settings
from kring.organisations.models import Organisation
from kring.plans import connecting, editing, subscribing
from kring.plans.models import Plan, PlanSubscription, StripeNotice
from tests.jobs import work

BACK = "https://vgbc.kring.localhost/organisation/subscription/"


class AtStripe:
    """The platform's account with the pretend Stripe, reached over HTTP; and what subscribers and Stripe do."""

    def __init__(self, server: Stripe, client: Any) -> None:
        self.server, self.client = server, client

    def connect(self) -> None:
        connecting.connect("sk_test_platform")
        platform_settings.change("plans_on", True)

    def plan(self, name: str = "Club", price: int = 10, **facts: Any) -> Plan:
        return editing.create(name=name, price=Decimal(price), **facts)

    def begin(self, organisation: Organisation, plan: Plan) -> dict[str, Any]:
        """The session of the checkout."""
        url = subscribing.begin(organisation, plan, language="en", back=BACK)
        return self.server.kind("sessions")[url.rpartition("/")[2]]

    def subscribe(self, organisation: Organisation, plan: Plan, act: str = "card") -> dict[str, Any]:
        """What Stripe has of it afterwards; its notices have been applied."""
        session = self.begin(organisation, plan)
        with self.server.lock:
            self.server.act_on_subscribing(session, act)
        self.deliver()
        return self.server.kind("subscriptions")[session["subscription"]]

    def deliver(self, *, times: int = 1, backwards: bool = False) -> list[int]:
        notices, self.server.notices = self.server.notices, []
        wanted = [each for each in (reversed(notices) if backwards else notices) for _again in range(times)]
        statuses = [self.post(each) for each in wanted]
        work()
        return statuses

    def post(self, notice: Any) -> int:
        path = urlsplit(notice.url).path
        headers = {name: value for name, value in notice.headers.items() if name != "Content-Type"}
        headers["Host"] = "portal.kring.localhost"
        return self.client.post(path, notice.body, content_type="application/json", headers=headers).status_code


def of(organisation: Organisation) -> PlanSubscription | None:
    with scope(organisation):
        return PlanSubscription.objects.select_related("plan").order_by("-created_at", "-pk").first()


def state_of(organisation: Organisation) -> tuple[str, str]:
    """Of the subscription, and what it means for the organisation."""
    return of(organisation).state, Organisation.objects.get(pk=organisation.pk).billing_status


def outcomes() -> list[str]:
    return list(StripeNotice.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.fixture
def server(settings):
    with Stripe() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": server.url}
        yield server


@pytest.fixture
def stripe(db, server, client):
    at_stripe = AtStripe(server, client)
    with audit.acting(None, label="test"):
        at_stripe.connect()
    return at_stripe
