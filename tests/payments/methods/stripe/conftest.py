from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.demo.counterparts.stripe import Stripe
from kring.payments import accounts
from kring.payments.models import Payment
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import fresh

KEY = "sk_test_vgbc_1"


class AtStripe:
    """An organisation's Stripe account, reached over HTTP; and what payers and Stripe do."""

    def __init__(self, server: Stripe, organisation: Any, client: Any) -> None:
        self.server, self.organisation, self.client = server, organisation, client
        self.notify_url = f"{organisation.url}/payments/stripe/notifications/"

    def connect(self, key: str = KEY, mode: str = "test", **keys: str) -> Any:
        keys = {"secret_key": key, **keys}
        return accounts.connect(self.organisation, "stripe", mode=mode, keys=keys, notify_url=self.notify_url, by=None)

    def order(self, **facts: Any) -> Any:
        with scope(self.organisation):
            return ordering.order(**facts)

    def start(self, order: Any, **more: Any) -> Payment:
        return ordering.start(order, "stripe", settings={}, **more).payment

    def session(self, payment: Payment) -> dict[str, Any]:
        return self.server.kind("sessions")[payment.provider_id]

    def charge(self, payment: Payment) -> dict[str, Any]:
        intent = self.server.kind("intents")[self.session(payment)["payment_intent"]]
        return self.server.kind("charges")[intent["latest_charge"]]

    def act(self, payment: Payment, act: str) -> None:
        """The payer presses a button on Stripe's page; its notices arrive, and all jobs are done."""
        with self.server.lock:
            self.server.act(self.session(payment), act)
        self.deliver()

    def deliver(self) -> list[int]:
        statuses = [self.post(each) for each in self.server.notices]
        self.server.notices.clear()
        work()
        return statuses

    def post(self, notice: Any) -> int:
        path = notice.url.removeprefix(self.organisation.url)
        headers = {name: value for name, value in notice.headers.items() if name != "Content-Type"}
        return self.client.post(path, notice.body, content_type="application/json", headers=headers).status_code

    def fresh(self, row: Any) -> Any:
        with scope(self.organisation):
            return fresh(row)

    def states(self, payment: Payment) -> tuple[str, str]:
        with scope(self.organisation):
            return fresh(payment).state, fresh(payment.order).state

    def order_of(self, payment: Payment) -> Any:
        with scope(self.organisation):
            return Order.objects.get(pk=payment.order_id)

    def loaded(self, payment: Payment) -> Payment:
        """As a job has it: with its account."""
        with scope(self.organisation):
            return Payment.objects.select_related("provider_account").get(pk=payment.pk)


@pytest.fixture
def server(settings):
    with Stripe() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": server.url}
        yield server


@pytest.fixture
def stripe(server, organisation, client):
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"
    return AtStripe(server, organisation, client)


@pytest.fixture
def payment(stripe):
    """An attempt, with the payer on Stripe's page."""
    stripe.connect()
    return stripe.start(stripe.order())
