"""A bill is somebody else's to pay."""

from __future__ import annotations

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.dues import refusals
from kring.dues.models import Contribution, Payer
from kring.organisations import audit


@in_transaction
def change(order: Order, payer: Payer, *, reason: str, by: User | None) -> None:
    """All of an open bill. Its link is another one then. Raises MoneyHasCome, UnderWay, NothingOwed."""
    order = lock_pk(order.pk)
    rows = Contribution.objects.filter(order=order)
    if order.state != Order.State.AWAITING_PAYMENT:
        raise refusals.NothingOwed
    if rows.filter(pending__gt=0).exists():
        raise refusals.UnderWay
    if order.payments.kept():
        raise refusals.MoneyHasCome
    old = order.buyer_name
    order.payments.open().let_go()
    order.correct_buyer(payer.user, name=payer.name[:200], email=payer.email, is_another=True)
    rows.update(payer=payer)
    audit.log(
        "contribution.payer_changed", order, old={"payer": old}, new={"payer": payer.name, "reason": reason}, actor=by
    )
