from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.demo.counterparts.mollie import Mollie
from kring.demo.counterparts.przelewy24 import Przelewy24
from kring.payments.methods.mollie import client
from kring.payments.methods.przelewy24 import calls
from kring.payments.models import Difference, Payment, Payout, ProviderEntry, Reconciliation
from kring.payments.reconciling import fetching
from tests import make
from tests.payments.methods.conftest import P24_KEYS
from tests.payments.methods.stripe.conftest import AtStripe, server, stripe  # noqa: F401 - fixtures
from tests.payments.ordering import fresh
from tests.payments.pretending import connect


class Books:
    """An organisation's account with a provider, compared by night."""

    def __init__(self, organisation: Any, account: Any) -> None:
        self.organisation, self.account = organisation, account

    @property
    def row(self) -> Reconciliation:
        with scope(self.organisation):
            return Reconciliation.objects.select_related("account").get(account=self.account)

    def compare(self, *, polled_at: Any = None) -> Reconciliation:
        """As if a night had come."""
        with scope(self.organisation):
            Reconciliation.objects.filter(account=self.account).update(due_at=timezone.now())
            Payment.objects.update(polled_at=polled_at)
        fetching.reconcile(self.organisation.pk, self.row.pk)
        return self.row

    def differences(self, *, state: str = "differs") -> list[tuple[str, Any, Any]]:
        with scope(self.organisation):
            rows = Difference.objects.filter(account=self.account, state=state).order_by("kind", "pk")
            return [(each.kind, each.ours, each.theirs) for each in rows]

    def entries(self, **facts: Any) -> list[ProviderEntry]:
        with scope(self.organisation):
            rows = ProviderEntry.objects.filter(account=self.account, **facts).select_related("payment")
            return list(rows.order_by("at", "pk"))

    def payouts(self) -> list[Payout]:
        with scope(self.organisation):
            return list(Payout.objects.filter(account=self.account).order_by("pk"))

    def fresh(self, row: Any) -> Any:
        with scope(self.organisation):
            return fresh(row)

    def let_pass(self, days: int) -> None:
        """The account is as much older, and what was paid there, and compared."""
        past = timezone.now() - timedelta(days=days)
        with scope(self.organisation):
            type(self.account).objects.filter(pk=self.account.pk).update(created_at=past - timedelta(days=1))
            paid = Payment.objects.filter(account=self.account.public_id)
            paid.filter(state="paid").update(settled_at=past, created_at=past)
            paid.exclude(state="paid").update(created_at=past)
            Reconciliation.objects.filter(account=self.account, covered_from__isnull=False).update(
                covered_from=past - timedelta(days=1)
            )


@pytest.fixture
def treasurer(organisation):
    with scope(organisation):
        return make.staff("treasurer")


@pytest.fixture
def account(stripe):  # noqa: F811
    return stripe.connect()


@pytest.fixture
def books(organisation, account):
    return Books(organisation, account)


@pytest.fixture
def paid(stripe, account):  # noqa: F811
    """One payment, received here and there."""
    payment = stripe.start(stripe.order())
    stripe.act(payment, "card")
    return stripe.fresh(payment)


@pytest.fixture
def mollie(settings):
    with Mollie() as provider:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "mollie": provider.url}
        yield provider
        client.connections().close()
        client.connections.cache_clear()


@pytest.fixture
def p24(settings):
    with Przelewy24() as provider:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "przelewy24_sandbox": provider.url}
        yield provider
        calls.connections().close()
        calls.connections.cache_clear()


@pytest.fixture
def at_p24(organisation, p24):
    return Books(organisation, connect(organisation, "przelewy24", P24_KEYS))


__all__ = ["AtStripe", "Books"]
