"""What payments write: to the payer, and to the organisation where a person must decide."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils import translation

from kring.billing.models import Order
from kring.core import dates, money
from kring.mail.outbox import queue
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.payments import reasons
from kring.payments.mail_kinds import GOES_ON, OVER
from kring.payments.method import Instructions, Told
from kring.payments.models import Payment, Refund


def instructions(payment: Payment, order: Order, answer: Instructions) -> None:
    """How to pay by a slow method, and until when."""
    _to_the_payer(
        answer.mail,
        order,
        amount=payment.amount,
        reference=payment.reference,
        order_url=_link(order, "public:payment-progress", order.secret, payment.pk),
        **answer.facts,
    )


def failed(payment: Payment) -> None:
    order = payment.order
    with translation.override(order.language):
        why = reasons.why_failed(payment)
    _to_the_payer(
        "payment-failed",
        order,
        amount=payment.amount,
        why=why,
        order_url=_link(order, "public:payment", order.secret),
    )


def surplus(payment: Payment, surplus: Decimal) -> None:
    """More came in than was asked: staff give it back, or ask."""
    _to_staff("payment-surplus", payment.order, reference=payment.reference, surplus=surplus)


def too_little(order: Order, kept: Decimal) -> None:
    _to_staff("payment-too-little", order, received=kept, total=order.total)


def not_believed(payment: Payment, told: Told) -> None:
    """A provider told of another amount or currency than was asked for."""
    _to_staff(
        "payment-not-believed",
        payment.order,
        reference=payment.reference,
        provider=payment.provider_id,
        expected=payment.amount,
        told=told_words(told),
    )


def told_words(told: Told) -> str:
    """As people write it, in the organisation's language, if it is an amount of some currency."""
    if told.amount is None or not re.fullmatch("[A-Z]{3}", told.currency):
        return f"{told.amount or 0} {told.currency}".strip()
    with translation.override(current_organisation().language):
        return money.say(told.amount, told.currency)


def part_received(payment: Payment, order: Order, kept: Decimal, rest: Payment | None) -> None:
    """Less came than is owed: what is open, and how it goes on. For an order that is over: that it is not lost."""
    page = ("public:payment-progress", order.secret, rest.pk) if rest else ("public:payment", order.secret)
    _to_the_payer(
        "payment-part-received",
        order,
        amount=payment.amount,
        received=kept,
        total=order.total,
        open=order.total - kept if order.is_unpaid else "",
        goes_on=GOES_ON if order.is_unpaid else OVER,
        reference=rest.reference if rest else "",
        order_url=_link(order, *page) if order.is_unpaid else _link(order, "public:order", order.secret),
    )


def refunded(refund: Refund, payment: Payment, order: Order) -> None:
    """How much goes back, how, and when."""
    with dates.written_for(order.language, order.organisation.zone):
        how, day = refund.get_how_display(), dates.day(refund.given_on) if refund.given_on else ""
    _to_the_payer(
        "payment-refunded",
        order,
        amount=refund.amount,
        how=how,
        day=day,
        reference=payment.reference,
        order_url=_link(order, "public:order", order.secret),
    )


def _to_the_payer(template: str, order: Order, **context: Any) -> None:
    if not order.buyer_email:
        return
    with dates.written_for(order.language, order.organisation.zone):
        words = _in_words(context, order) | {"deadline": dates.deadline(order.expires_at)}
    queue(
        template,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        number=order.number,
        **words,
    )


def _to_staff(template: str, order: Order, **context: Any) -> None:
    organisation = order.organisation
    with dates.written_for(organisation.language, organisation.zone):
        words = _in_words(context, order)
    queue(
        template,
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=order,
        number=order.number,
        buyer=f"{order.buyer_name} <{order.buyer_email}>",
        **words,
    )


def _in_words(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """Amounts as people write them, in the active language."""
    return {
        key: money.say(value, order.currency) if isinstance(value, Decimal) else value for key, value in context.items()
    }


def _link(order: Order, name: str, *args: Any) -> str:
    return link(order.organisation, name, *args)
