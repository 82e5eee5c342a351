"""Means of payment that are kept at the pretend Stripe and Mollie: both do the same, each in its own words."""

from __future__ import annotations

from typing import Any

from kring.core.tenancy import scope
from kring.payments import charging, keeping
from kring.payments.models import Payment, SavedMeans
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.payments.pretending import connect, deliver, delivered, now, press

HOLDER = keeping.Holder("Ada Lovelace", "Ada@example.org", "en")
CONSENT = keeping.Consent("I agree to be debited.", "192.0.2.7")
ACCOUNT = {"holder": "Ada Lovelace", "iban": "NL91ABNA0417164300"}


class AtStripe:
    method, keys, others = "stripe", {"secret_key": "sk_test_vgbc_1"}, {"secret_key": "sk_test_other_1"}
    masked, kind = "NL … 4300", "sepa_debit"
    no_money, revoked = "insufficient_funds", "payment_method_mandate_inactive"

    def __init__(self, server: Any, organisation: Any, visitor: Any) -> None:
        self.server, self.organisation, self.visitor = server, organisation, visitor

    def connect(self, keys: dict[str, str] | None = None) -> Any:
        return connect(self.organisation, self.method, keys or self.keys)

    def begin(self, **more: Any) -> tuple[SavedMeans, Any]:
        site = self.organisation.url
        return keeping.begin(
            self.organisation,
            self.method,
            more.pop("holder", HOLDER),
            CONSENT,
            return_url=f"{site}/portal/",
            notify_url=f"{site}/payments/{self.method}/notifications/",
            account=more.pop("account", ACCOUNT),
        )

    def kept(self) -> SavedMeans:
        means, answer = self.begin()
        press(answer.url, "sepa_debit")
        self.deliver()
        return now(self.organisation, means)

    def deliver(self) -> None:
        with scope(self.organisation):
            SavedMeans.objects.update(polled_at=None)
        assert set(deliver(self.visitor, self.server)) <= {200}
        work()

    def order(self, **facts: Any) -> Any:
        with scope(self.organisation):
            return ordering.order(**facts)

    def charge(self, order: Any, means: SavedMeans, **more: Any) -> Payment:
        """Begun, and not sent yet."""
        with scope(self.organisation):
            found = SavedMeans.objects.select_related("provider_account").get(pk=means.pk)
            return charging.begin(order, found, **more)

    def charged(self, order: Any, means: SavedMeans) -> Payment:
        payment = self.charge(order, means)
        work()
        return self.now(payment)

    def now(self, row: Any) -> Any:
        return now(self.organisation, row)

    def delivered(self, payment: Payment, times: int = 1) -> Payment:
        return delivered(self.visitor, self.server, self.organisation, payment, times=times)

    def order_of(self, payment: Payment) -> Any:
        with scope(self.organisation):
            return fresh(payment.order)

    def made(self) -> list[dict[str, Any]]:
        """The charges at the provider."""
        return list(self.server.kind("intents").values())

    def collect(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard/{payment.provider_id}", "arrive")

    def bounce(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard/{payment.provider_id}", "bounce")

    def charge_back(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard/{payment.provider_id}", "dispute")

    def revoke_there(self, means: SavedMeans) -> None:
        press(f"{self.server.url}/dashboard", means.mandate_id)

    def is_revoked_there(self, means: SavedMeans) -> bool:
        return self.server.kind("methods")[means.token]["customer"] is None


class AtMollie(AtStripe):
    method, keys, others = "mollie", {"key": "test_" + "k" * 30}, {"key": "test_" + "o" * 30}
    masked, kind = "NL91 … 4300", "directdebit"
    no_money, revoked = "AM04", "mandate_declined"

    def kept(self) -> SavedMeans:
        means, _answer = self.begin()
        return now(self.organisation, means)

    def made(self) -> list[dict[str, Any]]:
        return list(self.server.kind("payments").values())

    def collect(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard", f"pay {payment.provider_id}")

    def bounce(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard", f"decline {payment.provider_id}")

    def charge_back(self, payment: Payment) -> None:
        press(f"{self.server.url}/dashboard", f"charge back {payment.provider_id}")

    def revoke_there(self, means: SavedMeans) -> None:
        press(f"{self.server.url}/dashboard", f"revoke {means.token}")

    def is_revoked_there(self, means: SavedMeans) -> bool:
        return means.token not in self.server.kind("mandates")
