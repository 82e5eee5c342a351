"""What an attendee with a ticket has to pay at the event (C2): shown wherever the ticket is shown."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, DecimalField, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

from kring.billing.models import Order
from kring.core import money
from kring.payments.models import KEPT, Payment
from kring.registrations.models import Registration


def open_on_site(order: str) -> Subquery:
    """For a query: what is still to be paid of an order at the event; None: nothing. `order`: the path to its key."""
    waiting = Payment.objects.on_site().filter(order=OuterRef(order)).order_by().values("order")
    return Subquery(waiting.annotate(open=Sum("amount")).values("open"))


def open_in_parts(order: str = "") -> Case:
    """For a query: what is open of an order in instalments that is complete; None: it is in none, or nothing is.
    `order`: the path to its columns, such as "line__order__"."""
    paid = Payment.objects.filter(order=OuterRef(f"{order}pk"), state=Payment.State.PAID).order_by().values("order")
    kept = Coalesce(Subquery(paid.annotate(kept=Sum(KEPT)).values("kept")), Decimal(0))
    is_open = {f"{order}state": Order.State.PAID, f"{order}next_due_on__isnull": False}
    left = F(f"{order}total") + F(f"{order}retained") - kept
    return Case(When(**is_open, then=left), default=None, output_field=DecimalField(max_digits=10, decimal_places=2))


def share_of(registration: Registration, left: Decimal | None) -> Decimal:
    """This ticket's share of what is open for the whole order: its price, and no more than is open."""
    return min(registration.line.amount, left or Decimal(0))


def amount_text(amount: Decimal | None, currency: str) -> str:
    """In the active language; "" for nothing."""
    return money.say(amount, currency) if amount else ""
