"""The box office of the congress: a shift that was counted yesterday, and one that is open."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.box_office import selling, shifts
from kring.box_office.models import SaleKind, Shift
from kring.core import codes
from kring.events.models import Event, TicketType
from kring.payments.models import Payment

# How many, what the kind takes, the reason; of the shift yesterday, and of the one today.
YESTERDAY = [
    (2, "cash", ""),
    (1, "elsewhere", ""),
    (4, "cash", ""),
    (3, "nothing", "Sprekers van de ochtend"),
    (1, "elsewhere", ""),
]
TODAY = [(1, "cash", ""), (2, "elsewhere", "")]


def fill(event: Event, seller: User) -> None:
    """In the scope of the organisation."""
    shift = shifts.open_shift(seller, opening_cash=Decimal(150), paper=Shift.Paper.ROLL)
    _sell(shift, event, seller, YESTERDAY)
    expected = shifts.figures(shift).expected
    shifts.close(shift, counted=expected - Decimal("0.50"), note="Wisselgeld verkeerd geteld", by=seller)
    day = timedelta(days=1)
    Payment.objects.filter(takings__shift=shift).update(settled_at=timezone.now() - day)
    closed_at = timezone.now() - day + timedelta(hours=1)
    Shift.objects.filter(pk=shift.pk).update(opened_at=timezone.now() - day - timedelta(hours=5), closed_at=closed_at)
    _sell(shifts.open_shift(seller, opening_cash=Decimal(150), paper=Shift.Paper.ROLL), event, seller, TODAY)


def _sell(shift: Shift, event: Event, seller: User, sales: list[tuple[int, str, str]]) -> None:
    standard = TicketType.objects.get(attraction__event=event, only_with_code=False)
    for number, takes, reason in sales:
        tickets = [selling.SoldTickets(standard.pk, number)]
        kind = SaleKind.objects.filter(takes=takes)[0]
        sale = selling.Sale(tickets, kind=kind.pk, reason=reason, language="nl")
        selling.sell(shift, event, sale, by=seller, secret=codes.secret())
