"""Money that goes along from one order to another, of the same person: a refund there, and a payment here."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from kring.billing.invoicing import crediting
from kring.billing.models import Order
from kring.organisations.audit import log
from kring.payments.beginning import new_reference
from kring.payments.models import Payment, Refund

METHOD = "carried"


def carry_over(source: Order, target: Order, *, amount: Decimal) -> None:
    """So much of what was received for `source` counts for `target` from now on. Both orders are locked.

    No money moves, and nobody is notified. The oldest payments first.
    """
    left = amount
    rows = source.payments.filter(state=Payment.State.PAID).order_by("pk").select_for_update()
    for payment in rows:
        if (part := min(left, payment.left)) > 0:
            payment.refunds.create(amount=part, how=Refund.How.ORDER, reason=target.number)
            left -= part
    if left:
        raise ValueError("More goes along than was received.")
    crediting.credit_soon(source)
    if amount:
        made = target.payments.create(
            method=METHOD,
            state=Payment.State.PAID,
            amount=amount,
            currency=target.currency,
            reference=new_reference(target),
            is_test=source.is_test,
            bank_reference=source.number,
            settled_at=timezone.now(),
        )
        if source.is_test:
            target.mark_test()
        log("payment.carried_over", made, new={"amount": amount, "from": source.number, "to": target.number})
