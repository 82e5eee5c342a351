"""The sums of an order: cancelled, paid, refunded, open. One calculation for pages of buyers and of staff (C3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kring.billing import instalments
from kring.billing.instalments import PartState
from kring.billing.models import Instalment, Order, OrderLine
from kring.payments.models import Payment

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Sums:
    """`owed`: what the order costs now. `on_site` of what is `open` is paid at the event. `parts`: its instalments."""

    cancelled: Decimal
    owed: Decimal
    received: Decimal
    given_back: Decimal
    gift: Decimal
    on_its_way: Decimal
    charged_back: Decimal
    retained: Decimal
    open: Decimal
    on_site: Decimal
    too_much: Decimal
    parts: Sequence[PartState] = ()

    @property
    def due_now(self) -> Decimal:
        """What is to be paid for the order to be complete, or next: the first part that is open."""
        return next((part.open for part in self.parts if part.open), self.open)

    @property
    def overdue_since(self) -> date | None:
        return next((part.due_on for part in self.parts if part.is_overdue), None)

    @property
    def is_more_than_a_total(self) -> bool:
        """Whether there is more to show than the price."""
        went = self.given_back or self.gift or self.on_its_way or self.charged_back
        return bool(self.cancelled or went or self.retained or self.too_much or self.is_part_paid)

    @property
    def is_part_paid(self) -> bool:
        return bool(self.received and self.open)


def sums(order: Order, payments: Iterable[Payment], lines: Iterable[OrderLine]) -> Sums:
    """No statement: all payments and lines of the order are given. One for its instalments, where it has any."""
    attempts, lines = list(payments), list(lines)
    paid = [each for each in attempts if each.state == Payment.State.PAID]
    waiting = [each for each in attempts if each.state == Payment.State.PENDING and not each.provider_id]
    is_over = order.state in Order.OVER
    kept, owed = _sum(each.left for each in paid), NOTHING if is_over else order.total
    on_site = NOTHING if is_over else _sum(each.amount for each in waiting if each.method in Payment.ON_SITE)
    parts: list[Instalment] = list(order.instalments.all()) if order.is_in_instalments and not is_over else []
    if order.is_unpaid or parts:
        left = max(owed + order.retained - kept, NOTHING)
    else:
        # Completed by hand without a payment, it is not waited for.
        left = NOTHING if is_over else min(_sum(each.amount for each in waiting), max(owed - kept, NOTHING))
    return Sums(
        cancelled=_sum(line.amount for line in lines if is_over or line.cancelled_at),
        owed=owed,
        received=_sum(each.amount for each in paid),
        given_back=_sum(each.refunded - each.gifted for each in paid),
        gift=_sum(each.gifted for each in paid),
        on_its_way=_sum(each.refunding for each in paid),
        charged_back=_sum(each.charged_back for each in paid),
        retained=order.retained,
        open=left,
        on_site=on_site if order.state == Order.State.PAID else NOTHING,
        too_much=max(kept - order.owed, NOTHING),
        parts=instalments.states(parts, kept - order.retained),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
