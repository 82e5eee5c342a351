"""How much of a payment staff are proposed to refund: what was paid too much, else what the terms of the event give."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kring.core import money
from kring.events import refund_terms
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations.models import Registration
from kring.registrations.own_cancelling import returns_of


@dataclass(frozen=True)
class Proposal:
    """`why`: in words, where it is by the terms."""

    amount: Decimal
    why: str = ""


def proposal(payment: Payment) -> Proposal:
    """Never more than is left of this payment."""
    left = max(payment.left, Decimal(0))
    if surplus := paying.surplus(payment.order):
        return Proposal(min(left, surplus))
    rows = Registration.objects.of_order(payment.order).filter(state=Registration.State.COMPLETED)
    tickets = list(rows.select_related("line", "event").order_by("line__position"))
    terms = refund_terms.terms_of(tickets[0].event) if tickets else None
    if terms is None or not terms.are_any:
        return Proposal(left)
    returned = returns_of(payment.order, tickets).returned
    lines = [refund_terms.in_words(terms.of(key), payment.currency) for key in _types(tickets)]
    facts = {"amount": money.say(returned, payment.currency), "terms": " / ".join(" · ".join(each) for each in lines)}
    why = _("By the terms of the event (%(terms)s) %(amount)s goes back for the tickets of the order.") % facts
    return Proposal(min(left, returned), why)


def _types(tickets: list[Registration]) -> list[int]:
    return list(dict.fromkeys(each.ticket_type_id for each in tickets))
