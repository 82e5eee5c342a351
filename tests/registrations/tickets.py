"""A paid registration and its ticket, without the booking that leads there."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from kring.billing.models import Order, OrderLine
from kring.checkin.letting_in import let_in
from kring.checkin.models import Location
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from tests import make

_number = count(1)


def make_registration(*, event: Any = None, attendee: Any = None, **fields: Any) -> Registration:
    """Completed, in an order of its own; the attendee's language is English unless one is given."""
    number = next(_number)
    attraction = make.attraction(event=event) if event else make.attraction()
    attendee = attendee or make.user()
    order = Order.objects.create(
        number=f"T{number}", buyer=attendee, buyer_name=attendee.name, currency="EUR", language=attendee.language
    )
    line = OrderLine.objects.create(order=order, position=1, kind="registration", description="Ticket", amount=0)
    given = {
        "line": line,
        "event": attraction.event,
        "attraction": attraction,
        "ticket_type": attraction.ticket_types.get(),
        "state": Registration.State.COMPLETED,
        "completed_at": timezone.now(),
        "attendee": attendee,
        "attendee_name": attendee.name,
        "attendee_email": attendee.email,
    }
    return Registration.objects.create(**given | fields)


def make_ticket(*, admitted: bool = False, **fields: Any) -> Ticket:
    """A ticket of `make_registration(**fields)`."""
    registration = make_registration(**fields)
    ticket = Ticket.objects.create(registration=registration, holder_number=registration.attendee_id)
    if admitted:
        let_in_at(ticket, "North gate")
    return ticket


def let_in_at(ticket: Ticket, entrance: str) -> None:
    """As the door does it, but without notification: no certificate is issued."""
    event, code = ticket.registration.event, codes.code_of(ticket)
    gate, _made = Location.objects.get_or_create(event=event, name=entrance)
    assert let_in(codes.read(code), "", event=event, location=gate, device="", user=None)
    ticket.refresh_from_db(fields=["admitted_at", "admitted_where"])
