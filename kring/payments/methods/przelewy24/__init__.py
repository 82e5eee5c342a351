from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.json_input import read_json
from kring.payments.method import (
    FAILED,
    PAID,
    PENDING,
    UNCONFIRMED,
    BadNotification,
    Connected,
    Declined,
    Hint,
    KeysRefused,
    PaymentMethod,
    ProviderReport,
    ProviderUnavailable,
    Redirect,
    RefundReport,
    Settings,
    Urls,
)
from kring.payments.methods.przelewy24 import books, dotpay, refunding, signing
from kring.payments.methods.przelewy24.calls import Api, Fields

if TYPE_CHECKING:
    from kring.payments.ledger import LedgerPage
    from kring.payments.models import Payment, ProviderAccount, Refund

HOLD = timedelta(minutes=30)
# Its page closes before the places are free again.
TIME_LIMIT = timedelta(minutes=25)
# Whoever has not paid a day later will not: it says nothing of attempts that end without money.
OVER_AFTER = timedelta(days=1)
# Cards, transfers that are known at once, wallets, BLIK; and a transfer that takes days, and money paid in before.
FAST, SLOW = 1 | 2 | 256 | 8192, 4 | 32
SLOW_TAKES = timedelta(days=3)
# The state of a transaction there.
NONE, ADVANCE, MADE, RETURNED = range(4)
LANGUAGES = ("pl", "en", "nl", "de", "fr", "es", "it", "cs", "sk", "hu", "ro", "bg", "hr", "pt", "se")
LONGEST_EMAIL = 50
_number = RegexValidator(r"^\d{1,9}\Z", _("Digits only."))


class Przelewy24Keys(forms.Form):
    merchant_id = forms.CharField(label=_("Merchant id"), max_length=9, validators=[_number])
    pos_id = forms.CharField(
        label=_("Shop id (POS)"),
        max_length=9,
        required=False,
        validators=[_number],
        help_text=_("Only if it differs from the merchant id."),
    )
    crc = forms.CharField(label=_("CRC key"), max_length=100, help_text=_("In Przelewy24's panel under My data, API."))
    report_key = forms.CharField(label=_("Report key (API key)"), max_length=100)
    dotpay_id = forms.CharField(
        label=_("Dotpay id"),
        max_length=20,
        required=False,
        help_text=_("Only if you still have a shop with the old Dotpay."),
    )
    dotpay_pin = forms.CharField(label=_("Dotpay PIN"), max_length=100, required=False)


class Przelewy24(PaymentMethod):
    """Register, redirect, notification, verify: only what it has verified is ours (docs/payment-providers.md)."""

    key = "przelewy24"
    label = _("Przelewy24 (with Dotpay)")
    label_for_buyers = "Przelewy24"
    description = _("You pay by BLIK, transfer or card on the page of Przelewy24, and return here.")
    hold = HOLD
    uses_network = True
    account_form = Przelewy24Keys
    has_test_mode = True
    can_refund = True
    has_ledger = True
    ledger_lacks = _("Przelewy24 does not say which payments are in a payout.")

    def identify(self, keys: Settings, *, is_test: bool) -> str:
        return f"{keys['merchant_id']}/{keys['pos_id']}"

    def try_keys(self, keys: Settings, *, is_test: bool, notify_url: str) -> Connected:
        if not Api(keys, is_test).is_open_to_us():
            raise KeysRefused
        return Connected(name=str(keys["merchant_id"]), keys=keys)

    def start(self, payment: Payment, urls: Urls) -> Redirect:
        api, session = _api(payment), _session(payment)
        wish = {**_money(payment), "sessionId": session}
        answer = api.register(
            {
                **wish,
                **_channels(payment, urls),
                "description": payment.reference,
                "email": _email(payment, urls),
                "country": "PL",
                "language": payment.order.language if payment.order.language in LANGUAGES else "en",
                "urlReturn": urls.return_url,
                "urlStatus": urls.notify_url,
                "waitForResult": True,
                "encoding": "UTF-8",
                "sign": signing.sign({**wish, **api.merchant}, signing.REGISTER, payment.keys["crc"]),
            }
        )
        data = {"notify": urls.notify_url, "is_slow": _is_slow(payment, urls)}
        token = answer.data.get("token")
        if answer.status >= 400:
            raise Declined
        if not isinstance(token, str) or not token.isalnum():
            raise ProviderUnavailable
        return Redirect(f"{api.host}/trnRequest/{token}", provider_id=session, data=data)

    def read_notification(self, body: bytes, headers: Mapping[str, str], keys: Settings) -> ProviderReport | Hint:
        if dotpay.is_dotpay(body, keys):
            return dotpay.read(body, keys)
        try:
            fields = read_json(body)
            if "refundsUuid" in fields:
                return _refunded(fields, keys)
            return _paid(fields, keys)
        except (ValueError, KeyError, TypeError):
            raise BadNotification from None

    def poll(self, payment: Payment) -> ProviderReport:
        """Asks for its state; verifies what has been paid and not verified yet."""
        api = _api(payment)
        answer = api.transaction(payment.provider_id)
        if answer.status == 404:
            return _report(payment, NONE, {})
        if answer.status >= 400:
            raise ProviderUnavailable
        try:
            return _of_transaction(api, payment, answer.data)
        except (KeyError, ValueError, TypeError):
            raise ProviderUnavailable from None

    def refund(self, refund: Refund, payment: Payment) -> RefundReport:
        return refunding.refund(_api(payment), refund, payment)

    def ledger(self, account: ProviderAccount, since: datetime) -> Iterator[LedgerPage]:
        return books.ledger(Api(account.keys, account.is_test), since)


def _api(payment: Payment) -> Api:
    return Api(payment.keys, payment.is_test)


def _session(payment: Payment) -> str:
    """Our name for the attempt, and no other organisation's."""
    return f"{payment.reference}-{sha256(payment.account.encode()).hexdigest()[:12]}"


def _money(payment: Payment) -> dict[str, object]:
    return {"amount": int(payment.amount * 100), "currency": payment.currency}


def _is_slow(payment: Payment, urls: Urls) -> bool:
    """Slow money is wanted, and the places are kept as long as it takes: nobody says whether it is on its way."""
    until = payment.order.expires_at
    return urls.slow_until is not None and (until is None or until > timezone.now() + SLOW_TAKES)


def _channels(payment: Payment, urls: Urls) -> dict[str, int]:
    if _is_slow(payment, urls):
        return {"channel": FAST | SLOW, "timeLimit": 0}
    return {"channel": FAST, "timeLimit": int(TIME_LIMIT.total_seconds() / 60)}


def _email(payment: Payment, urls: Urls) -> str:
    """It must have one, of fifty letters at most; a shortened one would be somebody else's."""
    email = payment.payer_email or payment.order.buyer_email
    return email if len(email) <= LONGEST_EMAIL else f"noreply@{urlsplit(urls.return_url).hostname}"[:LONGEST_EMAIL]


def _paid(fields: Fields, keys: Settings) -> ProviderReport:
    """Paid there, and to be verified: that is asked for, outside the transaction."""
    ours = Api(keys, is_test=False).merchant
    if not signing.is_signed(fields, signing.PAID, keys["crc"]):
        raise BadNotification
    if fields["merchantId"] != ours["merchantId"] or fields["posId"] != ours["posId"]:
        raise BadNotification
    if fields["amount"] != fields["originAmount"]:
        raise BadNotification
    return ProviderReport(
        event_id=f"{fields['orderId']} {fields['sessionId']}",
        provider_id=str(fields["sessionId"]),
        status=UNCONFIRMED,
        amount=_amount(fields["amount"]),
        currency=str(fields["currency"]),
    )


def _refunded(fields: Fields, keys: Settings) -> Hint:
    if not signing.is_signed(fields, signing.REFUNDED, keys["crc"]):
        raise BadNotification
    if fields["merchantId"] != Api(keys, is_test=False).merchant["merchantId"]:
        raise BadNotification
    return Hint(str(fields["sessionId"]))


def _of_transaction(api: Api, payment: Payment, found: Fields) -> ProviderReport:
    """Raises ValueError, KeyError, TypeError where it is not in their format."""
    if found["sessionId"] != payment.provider_id:
        raise ValueError
    state, order_id = int(str(found["status"])), int(str(found["orderId"]))
    amount, currency = _amount(found["amount"]), str(found["currency"])
    is_right = amount == payment.amount and currency == payment.currency
    if state == ADVANCE and is_right:
        state = MADE if _verified(api, payment, order_id) else ADVANCE
    elif state == ADVANCE:
        # Of another amount: not accepted, and told as it is.
        state = MADE
    refunds = (
        refunding.known(api, order_id) if state in (MADE, RETURNED) and payment.state == payment.State.PAID else ()
    )
    return _report(payment, state, found, amount=amount, currency=currency, refunds=refunds)


def _verified(api: Api, payment: Payment, order_id: int) -> bool:
    wish = {**_money(payment), "sessionId": payment.provider_id, "orderId": order_id}
    try:
        answer = api.verify({**wish, "sign": signing.sign(wish, signing.VERIFY, payment.keys["crc"])})
    except ProviderUnavailable:
        return False
    return answer.data.get("status") == "success"


def _report(
    payment: Payment,
    state: int,
    found: Fields,
    *,
    amount: Decimal | None = None,
    currency: str = "",
    refunds: tuple[RefundReport, ...] = (),
) -> ProviderReport:
    status, reason = {ADVANCE: (UNCONFIRMED, ""), MADE: (PAID, "")}.get(state, (PENDING, ""))
    if state == RETURNED:
        status, reason = (PAID, "") if payment.state == payment.State.PAID else (FAILED, "canceled")
    elif (
        status == PENDING
        and timezone.now() > payment.created_at + OVER_AFTER
        and not payment.provider_data.get("is_slow")
    ):
        status, reason = FAILED, "expired"
    return ProviderReport(
        event_id="",
        provider_id=payment.provider_id,
        status=status,
        amount=amount,
        currency=currency,
        reason=reason,
        refunds=refunds,
    )


def _amount(grosze: object) -> Decimal:
    """Raises ValueError, TypeError."""
    if not isinstance(grosze, int) or isinstance(grosze, bool):
        raise TypeError
    return Decimal(grosze) / 100
