"""The interface for upper apps: the seller defines what happens when its order lines are paid or released.

    @fulfils("registration")
    class RegistrationFulfilment(Fulfilment): ...

An ordinary call, inside the transaction of the order, never a signal. Lines come together, so that a large order costs
no more statements than a small one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from kring.billing.models import Order, OrderLine
from kring.core.prepared_queries import prepared
from kring.core.registry import Registry


class OrderFate(StrEnum):
    """The fate of what an undecided order is about."""

    KEPT, EXPIRED, CANCELLED = "kept", "expired", "cancelled"


class Fulfilment:
    """The meaning of one kind of line. All lines given are of one order, and stand (none was cancelled)."""

    # Whoever has a link orders it, with any address, and nothing else counts that: its emails are limited as those that
    # strangers cause.
    is_by_link = False
    # Its ticket may be changed for another one: its places are those of its type.
    may_be_changed = False
    # Nothing by itself, such as a gift: it goes with the last of what it is on top of.
    is_on_top = False
    # Whether an invoice has its lines: what is given bears none, nor are dues sold.
    is_invoiced = True

    def started(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """The buyer has begun to pay."""

    def demand_ready(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Raises a refusal where something other than money is still required of the buyer."""

    def extended(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """The order stays open longer: until `order.expires_at`."""

    def promised_until(self, order: Order) -> datetime | None:
        """Until when it is kept for the buyer, whatever becomes of a payment; None: only while the order is open."""
        return None

    def secure(self, order: Order, lines: Sequence[OrderLine], *, by_hand: bool = False) -> bool:
        """Make sure that what is about to be paid for can be given; False, and nothing changed, when it is gone.

        `by_hand`: staff has decided that it is to be given, even if others wait for it.
        """
        return True

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Give it."""

    def undecided(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Paid, but it was gone (P4): notify those concerned."""

    def is_ready(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Whether all that is required of the buyer except money is there."""
        return True

    def released(
        self, order: Order, lines: Sequence[OrderLine], *, expired: bool, reason: str, is_notified: bool
    ) -> None:
        """Nobody will pay, or it was cancelled: take it back. `is_notified`: those concerned are notified elsewhere."""

    def fate(self, order: Order, lines: Sequence[OrderLine]) -> OrderFate:
        """Whether it is still kept for the buyer of an undecided order; else how it was released."""
        return OrderFate.EXPIRED

    def reopened(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """The money did not arrive after all."""


# By the kind of an order's lines.
fulfilments = Registry[Fulfilment]("fulfilment of lines")


def fulfils(kind: str) -> Callable[[type[Fulfilment]], type[Fulfilment]]:
    def register(cls: type[Fulfilment]) -> type[Fulfilment]:
        fulfilments.add(kind, cls())
        return cls

    return register


@prepared
def _lines_not_cancelled(order: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order, cancelled_at=None)


def by_kind(order: Order) -> list[tuple[Fulfilment, list[OrderLine]]]:
    """The lines that are not cancelled, by their fulfilment. One query; none where they were loaded with the order."""
    lines: defaultdict[str, list[OrderLine]] = defaultdict(list)
    loaded = getattr(order, "_prefetched_objects_cache", {}).get("lines")
    for line in _lines_not_cancelled(order=order.pk) if loaded is None else loaded:
        if line.cancelled_at is None:
            line.order = order
            lines[line.kind].append(line)
    return [(fulfilments[kind], of_kind) for kind, of_kind in lines.items()]
