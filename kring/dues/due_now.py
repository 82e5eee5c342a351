"""What of contributions is due by a day, where their bill is paid in instalments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from kring.billing.models import Instalment
from kring.dues.models import Contribution

NOTHING = Decimal(0)


def due_of_bills(contributions: Iterable[Contribution], by: date) -> dict[int, Decimal]:
    """Of the bills of these that are in instalments, by key: what of them is due by that day and has not come in. Needs
    `order`. Two statements, or none."""
    orders = {each.order.pk for each in contributions if each.order is not None and each.order.is_in_instalments}
    if not orders:
        return {}
    due = Instalment.objects.filter(order__in=orders, due_on__lte=by).order_by().values("order")
    sums = {each["order"]: each["due"] for each in due.annotate(due=Sum("amount"))}
    came = Contribution.objects.filter(order__in=orders).order_by().values("order").annotate(came=Sum("received"))
    received = {each["order"]: each["came"] for each in came}
    return {key: max(sums.get(key, NOTHING) - received.get(key, NOTHING), NOTHING) for key in orders}


def only_due(contributions: Iterable[Contribution], due: Mapping[int, Decimal]) -> list[Contribution]:
    """Those of which something is due, by `due_of_bills`. `left` of the objects is that much: never save them."""
    found, left = list(contributions), dict(due)
    for each in found:
        if each.order_id in left:
            each.left = min(each.left, left[each.order_id])
            left[each.order_id] -= each.left
    return [each for each in found if each.left]
