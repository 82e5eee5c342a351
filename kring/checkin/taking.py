"""Cash on site is taken at the door or the desk (C2): shown with the ticket, recorded once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.core import money
from kring.payments import by_hand, refusals
from kring.payments.models import Payment
from kring.payments.refusals import TakenAlready
from kring.registrations.models import Registration, Ticket
from kring.registrations.on_site import share_of


@dataclass(frozen=True, slots=True)
class ToPay:
    """`share`: what this ticket costs of the `left` that is open for its whole order."""

    ticket_id: int
    share: Decimal
    left: Decimal
    currency: str

    def __str__(self) -> str:
        amounts = {"share": self.share_text, "left": self.left_text}
        if self.share == self.left:
            return _("To pay: %(left)s") % amounts
        return _("To pay: %(share)s for this ticket, %(left)s for the whole order") % amounts

    @property
    def share_text(self) -> str:
        return money.say(self.share, self.currency)

    @property
    def left_text(self) -> str:
        return money.say(self.left, self.currency)


def to_pay(ticket: Any) -> ToPay | None:
    """Of a ticket that was read with `open_on_site` and `currency`, and its registration's line."""
    left = getattr(ticket, "open_on_site", None)
    return ToPay(ticket.pk, share_of(ticket.registration, left), left, ticket.currency) if left else None


def to_pay_of(registration: Any) -> ToPay | None:
    """Of a registration that was read so, with its tickets and line; who has no ticket pays nothing at a door."""
    left, ticket = registration.open_on_site, next(iter(registration.tickets.all()), None)
    if not left or ticket is None or registration.state != Registration.State.COMPLETED:
        return None
    return ToPay(ticket.pk, share_of(registration, left), left, registration.currency)


@transaction.atomic
def take(ticket: Ticket, *, seen: Decimal, amount: Decimal, by: User | None, where: str) -> None:
    """`amount` of the `seen` that was open, as it was shown; two doors at once take it once.

    Raises TakenAlready, NoAmount, and NotOffered where nothing is paid on site.
    """
    refusals.refuse_bad_amount(amount)
    waiting = Payment.objects.on_site().filter(order__lines__registrations=ticket.registration_id).order_by("pk")
    payments = list(waiting)
    if sum((each.amount for each in payments), Decimal(0)) != seen or amount > seen:
        raise TakenAlready
    # More than one payment may be open: from each no more than its own amount is taken.
    for payment in payments:
        part = min(amount, payment.amount)
        if part > 0:
            by_hand.take_on_site(payment, seen=payment.amount, amount=part, by=by, where=where)
            amount -= part
