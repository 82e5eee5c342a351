"""Gifts on top of orders, as donations of a year."""

from __future__ import annotations

from collections.abc import Iterator

from kring.billing.models import OrderLine
from kring.dues.donations import giving
from kring.dues.donations.giving import Gift
from kring.registrations.gifts import KIND


@giving.gives
def on_top_of_orders(year: int) -> Iterator[Gift]:
    """Of orders that are paid in full, in the year in which the last of it came. Three statements."""
    lines = OrderLine.objects.filter(kind=KIND, cancelled_at=None, amount__gt=0).select_related("order")
    days = giving.paid_up(year, lines.order_by().values("order"))
    for line in lines.filter(order__in=days).order_by("pk"):
        order = line.order
        if order.buyer_email:
            donor = giving.by_email(order.buyer_email)
            words = f"{line.description} ({order.number})"
            yield Gift(donor, order.buyer_name, order.buyer_email, order.language, days[order.pk], words, line.amount)
