"""Mandates at Mollie: by the number of an account that the payer entered here; and charging them without the payer."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from mollie import ClientSDK
from mollie.models import (
    Amount,
    EntityCustomer,
    ListMandateResponse,
    MandateMethod,
    MandateRequest,
    MandateResponse,
    PaymentRequest,
    SequenceType,
)

from kring.core.iban import masked
from kring.payments.method import ACTIVE, FAILED, PENDING, REVOKED, MeansReport, ProviderReport, Urls
from kring.payments.methods.mollie.client import Gone, NotDone, ask, mollie
from kring.payments.methods.mollie.reading import reference_of, report, text

if TYPE_CHECKING:
    from kring.payments.models import Payment, SavedMeans

STATES = {"valid": ACTIVE, "invalid": REVOKED, "pending": PENDING}
DECLINED = "mandate_declined"
# Of one payer: the newest.
MOST = 250


def keep(means: SavedMeans) -> MeansReport:
    """Again for the same means Mollie has the same customer, and one mandate of theirs."""
    assert means.account is not None
    api, account = mollie(means.keys), means.account
    customer = means.customer_id or _customer(api, means)
    if made := _mandates(api, customer):
        return state(made[0], customer)
    wish = MandateRequest(
        method=MandateMethod.DIRECTDEBIT,
        consumer_name=account["holder"],
        consumer_account=account["iban"],
        consumer_email=means.payer_email,
        signature_date=datetime.fromisoformat(means.evidence["at"]).date().isoformat(),
    )
    key = _key(means, "mandate")
    return state(
        ask(lambda: api.mandates.create(customer_id=customer, mandate_request=wish, idempotency_key=key)), customer
    )


def look_up(means: SavedMeans) -> MeansReport | None:
    if not means.token:
        return None
    api = mollie(means.keys)
    try:
        found = ask(lambda: api.mandates.get(customer_id=means.customer_id, mandate_id=means.token))
    except Gone:
        return MeansReport(status=REVOKED)
    return state(found, means.customer_id)


def forget(means: SavedMeans) -> None:
    api = mollie(means.keys)
    if not means.token:
        return
    try:
        ask(lambda: api.mandates.revoke(customer_id=means.customer_id, mandate_id=means.token))
    except NotDone:
        # It is revoked already.
        return


def charge(payment: Payment, means: SavedMeans, urls: Urls) -> ProviderReport:
    wish = PaymentRequest(
        amount=Amount(value=f"{payment.amount:.2f}", currency=payment.currency),
        description=payment.reference,
        webhook_url=urls.notify_url,
        metadata={"reference": payment.reference},
        sequence_type=SequenceType.RECURRING,
        customer_id=means.customer_id,
        mandate_id=means.token,
    )
    key = _key(means, payment.reference)
    try:
        made = ask(lambda: mollie(means.keys).payments.create(payment_request=wish, idempotency_key=key))
    except NotDone:
        return ProviderReport(event_id="", provider_id="", status=FAILED, reference=payment.reference, reason=DECLINED)
    return report(made)


def find_charge(payment: Payment, means: SavedMeans) -> ProviderReport | None:
    """Mollie may forget an idempotency key before we ask again."""
    api = mollie(means.keys)
    found = ask(lambda: api.customers.list_payments(customer_id=means.customer_id, limit=MOST))
    made = (found.result.embedded.payments if found else None) or []
    names = [each.id for each in made if reference_of(each.metadata) == payment.reference]
    return report(ask(lambda: api.payments.get(payment_id=names[0]))) if names else None


def state(mandate: MandateResponse | ListMandateResponse, customer: str) -> MeansReport:
    details = mandate.details
    account = text(details.consumer_account) or text(details.card_number)
    return MeansReport(
        status=STATES.get(text(mandate.status), PENDING),
        customer_id=customer,
        token=mandate.id,
        mandate_id=mandate.id,
        kind=text(mandate.method),
        masked=masked(account),
        mandate_reference=text(mandate.mandate_reference),
    )


def _customer(api: ClientSDK, means: SavedMeans) -> str:
    who = EntityCustomer(name=means.payer_name, email=means.payer_email, metadata={"reference": means.reference})
    key = _key(means, "customer")
    made = ask(lambda: api.customers.create(entity_customer=who, idempotency_key=key))
    return str(made.id)


def _mandates(api: ClientSDK, customer: str) -> list[ListMandateResponse]:
    found = ask(lambda: api.mandates.list(customer_id=customer, limit=MOST))
    made = found.result.embedded.mandates if found else []
    return [each for each in made if text(each.status) != "invalid"]


def _key(means: SavedMeans, what: str) -> str:
    """Always the same for one act."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{means.reference}/{what}"))
