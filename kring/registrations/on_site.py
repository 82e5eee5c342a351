"""What an attendee with a ticket has to pay at the event (C2): shown wherever the ticket is shown."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import OuterRef, Subquery, Sum

from kring.core import money
from kring.payments.models import Payment
from kring.registrations.models import Registration


def open_on_site(order: str) -> Subquery:
    """For a query: what is still to be paid of an order at the event; None: nothing. `order`: the path to its key."""
    waiting = Payment.objects.on_site().filter(order=OuterRef(order)).order_by().values("order")
    return Subquery(waiting.annotate(open=Sum("amount")).values("open"))


def share_of(registration: Registration, left: Decimal | None) -> Decimal:
    """This ticket's share of what is open for the whole order: its price, and no more than is open."""
    return min(registration.line.amount, left or Decimal(0))


def amount_text(amount: Decimal | None, currency: str) -> str:
    """In the active language; "" for nothing."""
    return money.say(amount, currency) if amount else ""
