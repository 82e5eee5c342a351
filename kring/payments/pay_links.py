"""Making and revoking the link with which somebody else pays an order."""

from __future__ import annotations

from django.utils import timezone

from kring.billing.locking import lock
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.organisations.audit import log
from kring.payments.models import PayLink


def link_of(order: Order) -> PayLink | None:
    """The one that works."""
    found: PayLink | None = order.pay_links.filter(revoked_at=None).first()
    return found


@in_transaction
def make(order: Order) -> PayLink:
    """The one there is, or a new one: two clicks make one."""
    order = lock(order)
    if found := link_of(order):
        return found
    made: PayLink = order.pay_links.create()
    log("order.pay_link_made", order)
    return made


@in_transaction
def revoke(order: Order) -> None:
    """Who has it can begin no more payments with it; those begun can be finished, and count."""
    order = lock(order)
    if order.pay_links.filter(revoked_at=None).update(revoked_at=timezone.now()):
        log("order.pay_link_revoked", order)
