"""What it means for tickets and their holders that money went back, or was taken back by a bank.

A refund touches no ticket; a dispute bars those of its order at the door, where the organisation wants that.
"""

from __future__ import annotations

from kring.billing.models import Order
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.payments.disputing import on_dispute
from kring.payments.models import Payment, Refund
from kring.payments.refunding import on_refunded
from kring.registrations import barring
from kring.registrations.models import Registration, Ticket
from kring.registrations.recipients import reader_of


@on_dispute
def bar_or_lift(order: Order) -> None:
    """Once none is open or lost, its tickets are good again, also where the setting has changed meanwhile."""
    if not order.payments.filter(charged_back__gt=0).exists():
        barring.lift(order, Ticket.Bar.DISPUTE)
    elif current_organisation().disputes_bar_tickets:
        barring.bar(order, Ticket.Bar.DISPUTE)


@on_refunded
def notify_holders(refund: Refund) -> None:
    """Who had a ticket that somebody else paid: the money of it went to whoever paid."""
    payment: Payment = refund.payment
    order = payment.order
    rows = Registration.objects.of_order(order).exclude(line__cancelled_at=None).exclude(attendee_email="")
    others = rows.exclude(attendee_email__iexact=order.buyer_email).select_related("event", "attendee")
    notified = set[str]()
    for each in others.order_by("pk"):
        if each.attendee_email.lower() in notified:
            continue
        notified.add(each.attendee_email.lower())
        outbox.queue(
            "ticket-money-returned",
            to=each.attendee_email,
            name=reader_of(each),
            language=each.attendee.language if each.attendee else order.language,
            subject=each,
            event=str(each.event),
            day=facts.days(each.event.starts_at, each.event.ends_at),
            payer=payment.paid_by[0],
        )
