"""The lock on an order: taken before all locks of what belongs to it, and of one strength everywhere."""

from __future__ import annotations

from kring.billing.models import Order, OrderQuerySet
from kring.core.transactions import block


def lock(order: Order) -> Order:
    """The order as it is now; no other transaction changes it, or what belongs to it, until ours ends.

    One statement; none for the object that this returned before, in the same transaction: that is the order already,
    with what was loaded of it. A lock taken in a block that was rolled back is gone with it, and taken again.
    """
    return order if _is_ours(order) else lock_pk(order.pk)


def lock_pk(pk: int) -> Order:
    return ours(rows_to_lock().get(pk=pk))


def rows_to_lock() -> OrderQuerySet:
    """Rows that refer to an order can be inserted meanwhile: that is why it is `no_key`."""
    rows: OrderQuerySet = Order.objects.select_for_update(of=("self",), no_key=True)
    return rows


def ours(order: Order) -> Order:
    """Of an order that was read by `rows_to_lock` just now, or made."""
    order.locked_in = block()
    return order


def _is_ours(order: Order) -> bool:
    here, then = block(), order.locked_in
    return then is not None and here[: len(then)] == then
