"""Several open bills of one payer become one: one payment for all of the family."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import ours, rows_to_lock
from kring.billing.models import Order, OrderLine
from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.dues import refusals
from kring.dues.models import Contribution, Payer
from kring.organisations import audit
from kring.payments.models import Payment

# Whoever goes by the orders of contributions while they may be joined holds this, before the orders.
JOINING = "dues.joining"


def can_be_joined(payer: Payer) -> list[Order]:
    """Open bills of theirs on which nothing was paid or is under way, the oldest first. One statement."""
    rows = Order.objects.filter(
        is_of_dues=True,
        state=Order.State.AWAITING_PAYMENT,
        is_in_instalments=False,
        contributions__payer=payer,
        contributions__left__gt=0,
    )
    # Of a saved account from the moment it is charged: before the provider says anything, nothing is pending yet.
    charged = Payment.objects.open().filter(means__isnull=False, order=OuterRef("pk"))
    rows = rows.exclude(payments__state=Payment.State.PAID).exclude(contributions__pending__gt=0)
    rows = rows.exclude(Exists(charged))
    return list(rows.distinct().order_by("pk"))


@in_transaction
def join(payer: Payer, *, by: User | None) -> Order:
    """All that can be joined is on the oldest bill, under another link: whoever had its first one shall not see the
    rest. The others are over. Attempts to pay them are not waited for: money that arrives for one of them all the same
    is kept, and staff decide. Raises NothingTogether."""
    lock([JOINING])
    keys = [each.pk for each in can_be_joined(payer)]
    locked = [ours(each) for each in rows_to_lock().filter(pk__in=keys).order_by("pk")]
    still = {each.pk for each in can_be_joined(payer)}
    orders: Sequence[Order] = [each for each in locked if each.pk in still]
    if len(orders) < 2:
        raise refusals.NothingTogether
    first, others = orders[0], orders[1:]
    lines = list(OrderLine.objects.filter(order__in=orders).order_by("order", "position"))
    last = max(line.position for line in lines if line.order_id == first.pk)
    for position, line in enumerate((each for each in lines if each.order_id != first.pk), start=last + 1):
        line.order, line.position = first, position
    moved = [line for line in lines if line.position > last and line.order_id == first.pk]
    OrderLine.objects.bulk_update(moved, ["order", "position"])
    Contribution.objects.filter(order__in=others).update(order=first)
    first.recompute_total()
    first.renew_link()
    Payment.objects.filter(order__in=orders).let_go()
    for each in others:
        each.recompute_total()
        settling.cancel(each, reason=gettext("Now on bill %(number)s") % {"number": first.number})
    audit.log("contribution.bills_joined", first, new={"bills": [each.number for each in others]}, actor=by)
    return first
