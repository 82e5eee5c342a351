"""What is asked of Mollie, each with at most four calls. All raise KeysRefused, ProviderUnavailable."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, cast

from mollie import ClientSDK
from mollie.models import (
    Amount,
    ListEntityChargeback,
    ListRefundResponse,
    Locale,
    Locale2,
    PaymentRequest,
    PaymentResponse,
    RefundRequest,
)
from mollie.types import UNSET

from kring.payments.method import ProviderReport, Redirect, RefundRefused, RefundReport, Settings, Urls
from kring.payments.methods.mollie.books import ledger, may_see_payouts
from kring.payments.methods.mollie.client import NotDone, ask, mollie
from kring.payments.methods.mollie.mandates import charge, find_charge, forget, keep, look_up
from kring.payments.methods.mollie.reading import refund_report, report

if TYPE_CHECKING:
    from kring.payments.models import Payment, Refund

__all__ = [
    "charge",
    "close",
    "find_charge",
    "forget",
    "id_of_account",
    "keep",
    "ledger",
    "look_up",
    "may_see_payouts",
    "name_of_account",
    "names_of_methods",
    "poll",
    "refund",
    "start",
]


class WithReference(Protocol):
    reference: str


LOCALES = {"en": "en_GB", "nl": "nl_NL", "pl": "pl_PL"}
AT_ONCE = 250


def id_of_account(keys: Settings) -> str:
    return ask(mollie(keys).profiles.get_current).id


def name_of_account(keys: Settings) -> str:
    api = mollie(keys)
    name = ask(api.profiles.get_current).name
    ask(api.methods.list)
    return name


def names_of_methods(keys: Settings, amount: Decimal, currency: str, language: str, country: str) -> list[str]:
    found = ask(
        lambda: mollie(keys).methods.list(
            amount=_amount(amount, currency),
            billing_country=country,
            locale=Locale(LOCALES[language]) if language in LOCALES else UNSET,
        )
    )
    return [method.description for method in found.embedded.methods]


def start(payment: Payment, urls: Urls) -> Redirect:
    language = payment.order.language
    wish = PaymentRequest(
        amount=_amount(payment.amount, payment.currency),
        description=payment.reference,
        redirect_url=urls.return_url,
        cancel_url=urls.return_url,
        webhook_url=urls.notify_url,
        metadata={"reference": payment.reference},
        locale=Locale2(LOCALES[language]) if language in LOCALES else None,
    )
    key = _idempotency_key(payment, payment.reference)
    made = ask(lambda: mollie(payment.keys).payments.create(payment_request=wish, idempotency_key=key))
    # Where it is over already Mollie leads to no page of its own: then to ours, which asks how it ended.
    page = made.links.checkout.href if made.links.checkout else urls.return_url
    return Redirect(url=page, provider_id=made.id)


def poll(payment: Payment) -> ProviderReport:
    api = mollie(payment.keys)
    return _report(api, ask(lambda: api.payments.get(payment_id=payment.provider_id)))


def close(payment: Payment) -> ProviderReport:
    api = mollie(payment.keys)
    found = ask(lambda: api.payments.get(payment_id=payment.provider_id))
    if found.is_cancelable:
        try:
            found = ask(lambda: api.payments.cancel(payment_id=payment.provider_id))
        except NotDone:
            # Its state changed at this moment.
            return poll(payment)
    return _report(api, found)


def refund(refund: Refund, payment: Payment) -> RefundReport:
    """First it is looked for: Mollie may forget an idempotency key before we ask again."""
    api, reference = mollie(payment.keys), cast("WithReference", refund).reference
    for each in map(refund_report, _refunds(api, payment.provider_id)):
        if each.reference == reference:
            return each
    wish = RefundRequest(
        amount=_amount(refund.amount, payment.currency),
        description=payment.reference,
        metadata={"reference": reference},
    )
    key, name = _idempotency_key(payment, reference), payment.provider_id
    try:
        return refund_report(ask(lambda: api.refunds.create(payment_id=name, refund_request=wish, idempotency_key=key)))
    except NotDone as answer:
        raise RefundRefused(reason=answer.detail[:200]) from None


def _report(api: ClientSDK, payment: PaymentResponse) -> ProviderReport:
    """With its refunds and chargebacks, where it has any; those that failed too."""
    is_refunded = payment.links.refunds or (payment.amount_refunded and Decimal(payment.amount_refunded.value))
    is_charged_back = payment.links.chargebacks or payment.amount_charged_back
    return report(
        payment,
        _refunds(api, payment.id) if is_refunded else [],
        _chargebacks(api, payment.id) if is_charged_back else [],
    )


def _refunds(api: ClientSDK, payment_id: str) -> list[ListRefundResponse]:
    found = ask(lambda: api.refunds.list(payment_id=payment_id, limit=AT_ONCE))
    return found.result.embedded.refunds if found else []


def _chargebacks(api: ClientSDK, payment_id: str) -> list[ListEntityChargeback]:
    found = ask(lambda: api.chargebacks.list(payment_id=payment_id, limit=AT_ONCE))
    return found.result.embedded.chargebacks if found else []


def _amount(amount: Decimal, currency: str) -> Amount:
    return Amount(value=f"{amount:.2f}", currency=currency)


def _idempotency_key(payment: Payment, reference: str) -> str:
    """Always the same for one attempt, or one refund."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{payment.account}/{reference}"))
