from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urljoin

from django import forms
from django.conf import settings as site
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.json_input import read_json
from kring.payments.method import (
    DONE,
    FAILED,
    LOST,
    OPEN,
    PAID,
    PENDING,
    WON,
    BadNotification,
    Connected,
    DisputeReport,
    PaymentMethod,
    ProviderReport,
    ProviderUnavailable,
    Redirect,
    RefundRefused,
    RefundReport,
    Settings,
    Urls,
)
from kring.payments.models import Payment, Refund
from kring.payments.testpay import signing, wire

STATUS = {"open": PENDING, "pending": PENDING, "paid": PAID, "failed": FAILED}
REFUND_STATUS = {"pending": PENDING, "done": DONE, "failed": FAILED}
DISPUTE_STATUS = {"open": OPEN, "won": WON, "lost": LOST}
# It will not make this refund.
REFUSED = 409


# What the provider says, in JSON.
type Facts = dict[str, Any]


class TestpayKeys(forms.Form):
    key = forms.CharField(
        label=_("Key"),
        min_length=16,
        max_length=100,
        initial=codes.secret,
        help_text=_("The mock provider signs with it. Any long text will do."),
    )


class Testpay(PaymentMethod):
    """The simulated provider, reached exactly as a real one: over its API, its page, its signed notifications."""

    key = "testpay"
    label = _("TestPay (mock bank)")
    description = _("You continue on the page of a mock bank, where no real money moves, and return here.")
    hold = timedelta(minutes=30)
    uses_network = True
    account_form = TestpayKeys
    can_refund = True

    def is_served(self) -> bool:
        return site.TESTPAY

    def try_keys(self, keys: Settings, *, is_test: bool, notify_url: str) -> Connected:
        return Connected(name=signing.account_of(keys["key"]), keys=keys)

    def start(self, payment: Payment, urls: Urls) -> Redirect:
        wish = {
            "reference": payment.reference,
            "amount": str(payment.amount),
            "currency": payment.currency,
            "description": payment.reference,
            "return_url": urls.return_url,
            "notify_url": urls.notify_url,
        }
        api = urljoin(urls.notify_url, "/testpay/charges/")
        charge = _ask("POST", api, key=payment.keys["key"], body=json.dumps(wish).encode())
        return Redirect(url=charge["page"], provider_id=charge["charge"], data={"api": api})

    def read_notification(self, body: bytes, headers: Mapping[str, str], keys: Settings) -> ProviderReport:
        if not signing.is_signed(body, headers.get(signing.HEADER, ""), keys["key"]):
            raise BadNotification
        try:
            event = read_json(body)
            return _report(event, event_id=str(event["event"]))
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise BadNotification from None

    def poll(self, payment: Payment) -> ProviderReport | None:
        address = urljoin(payment.provider_data["api"], f"{payment.provider_id}/")
        try:
            return _report(_ask("GET", address, key=payment.keys["key"]), event_id="")
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise ProviderUnavailable

    def refund(self, refund: Refund, payment: Payment) -> RefundReport:
        address = urljoin(payment.provider_data["api"], f"{payment.provider_id}/refunds/")
        wish = {"reference": refund.reference, "amount": str(refund.amount)}
        try:
            return _refund_report(_ask("POST", address, key=payment.keys["key"], body=json.dumps(wish).encode()))
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise ProviderUnavailable


def _report(facts: Facts, *, event_id: str) -> ProviderReport:
    return ProviderReport(
        event_id=event_id,
        provider_id=str(facts["charge"]),
        status=STATUS[facts["status"]],
        amount=Decimal(facts["amount"]),
        currency=str(facts["currency"]),
        reference=str(facts["reference"]),
        reason=str(facts["reason"]),
        refunds=tuple(map(_refund_report, facts.get("refunds", ()))),
        disputes=tuple(map(_dispute_report, facts.get("disputes", ()))),
    )


def _refund_report(facts: Facts) -> RefundReport:
    return RefundReport(
        provider_id=str(facts["refund"]),
        status=REFUND_STATUS[facts["status"]],
        amount=Decimal(facts["amount"]),
        reference=str(facts["reference"]),
        reason=str(facts["reason"]),
    )


def _dispute_report(facts: Facts) -> DisputeReport:
    return DisputeReport(
        provider_id=str(facts["dispute"]),
        status=DISPUTE_STATUS[facts["status"]],
        amount=Decimal(facts["amount"]),
        reason=str(facts["reason"]),
        respond_by=str(facts["respond_by"]),
    )


def _ask(verb: str, url: str, *, key: str, body: bytes = b"") -> Facts:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    response = wire.call(verb, url, headers=headers, body=body)
    if response.status == REFUSED:
        raise RefundRefused(reason="insufficient_balance")
    if response.status != 200:
        raise ProviderUnavailable
    try:
        return read_json(response.body)
    except ValueError:
        raise ProviderUnavailable
