from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kring.payments.method import (
    Connected,
    Hint,
    MeansReport,
    PaymentMethod,
    ProviderReport,
    Redirect,
    RefundReport,
    Settings,
    Urls,
)
from kring.payments.methods.stripe import limits
from kring.payments.methods.stripe.keys import StripeKeys
from kring.payments.ways import name_of

if TYPE_CHECKING:
    from kring.payments.ledger import LedgerPage
    from kring.payments.models import Payment, ProviderAccount, Refund, SavedMeans


class Stripe(PaymentMethod):
    """Stripe's own page (hosted Checkout), with the ways that the organisation's account has."""

    key = "stripe"
    label = "Stripe"
    label_for_buyers = _("Online payment")
    description = _("You continue on the page of our payment service, and return here.")
    hold = limits.HOLD
    uses_network = True
    has_test_mode = True
    has_ways = True
    has_ledger = True
    can_refund = True
    can_charge_later = True
    account_form = StripeKeys

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return limits.is_chargeable(amount, currency)

    def identify(self, keys: Settings, *, is_test: bool) -> str:
        found: str = _calls().identify(keys, is_test=is_test)
        return found

    def try_keys(self, keys: Settings, *, is_test: bool, notify_url: str) -> Connected:
        connected: Connected = _calls().connect(keys, is_test=is_test, notify_url=notify_url)
        return connected

    def ways(self, account: ProviderAccount, amount: Decimal, currency: str, language: str) -> list[str]:
        """Those of the account, as they were when its keys were tried; Stripe decides which suit the payer."""
        return [name_of(way) for way in account.keys.get("ways", "").split(",") if way]

    def start(self, payment: Payment, urls: Urls) -> Redirect:
        answer: Redirect = _calls().start(payment, urls)
        return answer

    def read_notification(self, body: bytes, headers: Mapping[str, str], keys: Settings) -> ProviderReport | Hint:
        read: ProviderReport | Hint = _calls().read(body, headers, keys)
        return read

    def poll(self, payment: Payment) -> ProviderReport | None:
        report: ProviderReport | None = _calls().poll(payment)
        return report

    def close(self, payment: Payment) -> ProviderReport | None:
        report: ProviderReport | None = _calls().close(payment)
        return report

    def refund(self, refund: Refund, payment: Payment) -> RefundReport:
        report: RefundReport = _calls().refund(refund, payment)
        return report

    def keep(self, means: SavedMeans, urls: Urls) -> Redirect:
        answer: Redirect = _calls().keep(means, urls)
        return answer

    def look_up(self, means: SavedMeans) -> MeansReport | None:
        report: MeansReport | None = _calls().look_up(means)
        return report

    def forget(self, means: SavedMeans) -> None:
        _calls().forget(means)

    def charge(self, payment: Payment, means: SavedMeans, urls: Urls) -> ProviderReport:
        report: ProviderReport = _calls().charge(payment, means)
        return report

    def find_charge(self, payment: Payment, means: SavedMeans) -> ProviderReport | None:
        report: ProviderReport | None = _calls().find_charge(payment, means)
        return report

    def ledger(self, account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
        pages: Iterator[LedgerPage] = _calls().ledger(account, since)
        return pages


def _calls() -> ModuleType:
    """Stripe's library takes 30 MB and most of a second to load: only where it is used."""
    from kring.payments.methods.stripe import calls

    return calls
