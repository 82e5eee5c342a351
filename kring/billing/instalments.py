"""Paying an order in instalments (R8): choosing that, and what has been paid of each part.

What has come in pays for the parts in their order; nothing is stored twice. Under the order's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kring.billing.locking import lock
from kring.billing.models import Instalment, Order
from kring.billing.refusals import OrderGone
from kring.core.transactions import in_transaction
from kring.organisations import audit

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """As planned; the first is the deposit."""

    amount: Decimal
    due_on: date


@dataclass(frozen=True)
class PartState:
    """`paid` of the part's `amount` has come in."""

    instalment: Instalment
    paid: Decimal

    @property
    def open(self) -> Decimal:
        return self.instalment.amount - self.paid

    @property
    def due_on(self) -> date:
        return self.instalment.due_on

    @property
    def is_deposit(self) -> bool:
        return self.instalment.position == 1

    @property
    def is_overdue(self) -> bool:
        """Of a completed order: nobody waits for the deposit of another one by its date."""
        return self.open > 0 and self.due_on < timezone.localdate()


@in_transaction
def choose(order: Order, parts: Sequence[Part]) -> None:
    """The buyer pays in these parts, which add up to the order's total; without any: at once. Raises OrderGone."""
    order = lock(order)
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    before = parts_of(order)
    if before == list(parts):
        return
    order.instalments.all().delete()
    Instalment.objects.bulk_create(
        Instalment(order=order, position=position, amount=part.amount, due_on=part.due_on)
        for position, part in enumerate(parts, start=1)
    )
    order.is_in_instalments = bool(parts)
    audit.log("order.instalments_chosen", order, old={"parts": _logged(before)}, new={"parts": _logged(parts)})


def due_later(order: Order) -> Decimal:
    """What is owed for the order and need not have come in for it to be complete: dues are, once all of it has. No
    statement where it is to be paid at once."""
    if not order.is_in_instalments or order.is_of_dues:
        return NOTHING
    deposit = order.instalments.order_by("position").values_list("amount", flat=True).first() or NOTHING
    return max(order.total - deposit, NOTHING)


def states(parts: Iterable[Instalment], received: Decimal) -> list[PartState]:
    """Of the parts of one order in their order, with what is kept for it; without those that came to nothing."""
    found = []
    for each in parts:
        paid = min(each.amount, max(received, NOTHING))
        received -= paid
        if each.amount:
            found.append(PartState(each, paid))
    return found


def parts_of(order: Order) -> list[Part]:
    return [Part(each.amount, each.due_on) for each in order.instalments.all()] if order.is_in_instalments else []


def _logged(parts: Sequence[Part]) -> list[dict[str, str]]:
    return [{"amount": str(part.amount), "due_on": str(part.due_on or "")} for part in parts]
