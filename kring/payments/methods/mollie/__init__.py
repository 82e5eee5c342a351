from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from django import forms
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from kring.core.json_input import read_json
from kring.payments.method import (
    BadNotification,
    Connected,
    Hint,
    KeysRefused,
    MeansReport,
    PaymentMethod,
    ProviderReport,
    Redirect,
    RefundReport,
    Settings,
    Urls,
)

if TYPE_CHECKING:
    from kring.payments.ledger import LedgerPage
    from kring.payments.models import Payment, ProviderAccount, Refund, SavedMeans

WAYS_ARE_KEPT = timedelta(hours=1)
SIGNATURE = "x-mollie-signature"
_PAYMENT_ID = re.compile(r"tr_\w{1,100}", re.ASCII)


class MollieKeys(forms.Form):
    key = forms.CharField(
        label=_("API key"),
        max_length=100,
        help_text=_("In Mollie's dashboard under Developers, API keys. It begins with test_ or live_."),
    )
    webhook_secret = forms.CharField(
        label=_("Signing secret of the webhook"),
        max_length=200,
        required=False,
        help_text=_("Only if you also created a webhook in Mollie's dashboard. Payments arrive without one as well."),
    )
    organisation_token = forms.CharField(
        label=_("Organisation access token"),
        max_length=200,
        required=False,
        help_text=_(
            "Only to see fees and payouts here. In Mollie's dashboard under Developers, with the permissions"
            " settlements.read and balances.read."
        ),
        validators=[RegexValidator(re.compile(r"access_\w+\Z", re.ASCII), _("Such a token begins with access_."))],
    )


class WrongMode(KeysRefused):
    field = "key"
    message = _("A key for testing begins with test_, one for real payments with live_.")


class TokenMaySeeTooLittle(KeysRefused):
    field = "organisation_token"
    message = _("Mollie shows no settlements and no balance with this token: give it both permissions.")


def _refuse_wrong_mode(keys: Settings, *, is_test: bool) -> None:
    if not str(keys["key"]).startswith("test_" if is_test else "live_"):
        raise WrongMode


class Mollie(PaymentMethod):
    """The payer chooses on Mollie's page. Its classic notification says only which payment has changed."""

    key = "mollie"
    label = "Mollie"
    label_for_buyers = _("Pay online")
    description = _("You choose your bank, card or app on Mollie's page, and return here.")
    hold = timedelta(minutes=30)
    uses_network = True
    account_form = MollieKeys
    has_test_mode = True
    has_ways = True
    can_refund = True
    has_ledger = True
    can_charge_later = True
    asks_for_account = True
    ledger_lacks = _(
        "Mollie says what it keeps, and what it pays out, only with an organisation access token: add it to the keys."
    )

    def identify(self, keys: Settings, *, is_test: bool) -> str:
        _refuse_wrong_mode(keys, is_test=is_test)
        found: str = _calls().id_of_account(keys)
        return found

    def try_keys(self, keys: Settings, *, is_test: bool, notify_url: str) -> Connected:
        _refuse_wrong_mode(keys, is_test=is_test)
        name, token = _calls().name_of_account(keys), keys.get("organisation_token")
        if token and not _calls().may_see_payouts(token):
            raise TokenMaySeeTooLittle
        return Connected(name=name, keys=keys)

    def ways(self, account: ProviderAccount, amount: Decimal, currency: str, language: str) -> list[str]:
        asked = (amount, currency, language, account.organisation.country)
        name = ":".join(map(str, ("mollie-ways", account.public_id, *asked)))
        kept: list[str] | None = cache.get(name)
        if kept is None:
            kept = _calls().names_of_methods(account.keys, *asked)
            cache.set(name, kept, WAYS_ARE_KEPT.total_seconds())
        return kept

    def start(self, payment: Payment, urls: Urls) -> Redirect:
        answer: Redirect = _calls().start(payment, urls)
        return answer

    def read_notification(self, body: bytes, headers: Mapping[str, str], keys: Settings) -> Hint:
        if SIGNATURE in headers or body.lstrip().startswith(b"{"):
            return _signed(body, headers.get(SIGNATURE, ""), keys.get("webhook_secret", ""))
        try:
            ids = parse_qs(body.decode("ascii"), max_num_fields=10).get("id", [])
        except ValueError:
            raise BadNotification from None
        if len(ids) != 1 or not _PAYMENT_ID.fullmatch(ids[0]):
            raise BadNotification
        return Hint(ids[0])

    def poll(self, payment: Payment) -> ProviderReport:
        report: ProviderReport = _calls().poll(payment)
        return report

    def close(self, payment: Payment) -> ProviderReport:
        report: ProviderReport = _calls().close(payment)
        return report

    def refund(self, refund: Refund, payment: Payment) -> RefundReport:
        report: RefundReport = _calls().refund(refund, payment)
        return report

    def keep(self, means: SavedMeans, urls: Urls) -> MeansReport:
        report: MeansReport = _calls().keep(means)
        return report

    def look_up(self, means: SavedMeans) -> MeansReport | None:
        report: MeansReport | None = _calls().look_up(means)
        return report

    def forget(self, means: SavedMeans) -> None:
        _calls().forget(means)

    def charge(self, payment: Payment, means: SavedMeans, urls: Urls) -> ProviderReport:
        report: ProviderReport = _calls().charge(payment, means, urls)
        return report

    def find_charge(self, payment: Payment, means: SavedMeans) -> ProviderReport | None:
        report: ProviderReport | None = _calls().find_charge(payment, means)
        return report

    def ledger(self, account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
        pages: Iterator[LedgerPage] = _calls().ledger(account, since)
        return pages


def _signed(body: bytes, signature: str, secret: str) -> Hint:
    """An event of a webhook that the organisation itself created at Mollie."""
    expected = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    if not secret or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadNotification
    try:
        event = read_json(body)
        entity = (event.get("_embedded") or {}).get("entity") or {}
        payment_id = str(entity.get("paymentId") or event["entityId"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadNotification from None
    # What is about no payment is none of ours.
    return Hint(payment_id if _PAYMENT_ID.fullmatch(payment_id) else "")


def _calls() -> ModuleType:
    """Mollie's client takes a second to load: only where a call is made."""
    from kring.payments.methods.mollie import calls

    return calls
