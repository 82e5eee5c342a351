"""Who reads mail sent to the address of a registration, and which attendee it is about.

A child without an address of its own has the buyer's: the mail greets the buyer, and names the child.
"""

from __future__ import annotations

from django.db.models import Case, CharField, F, Q, When

from kring.registrations.models import Registration

# `reader_of`, in a query.
READER = Case(
    When(~Q(line__order__buyer_name=""), attendee_email=F("line__order__buyer_email"), then="line__order__buyer_name"),
    default="attendee_name",
    output_field=CharField(),
)


def is_read_by_buyer(registration: Registration) -> bool:
    """Whether the buyer is the reader, about another attendee. Needs `line__order`."""
    order = registration.line.order
    is_buyers = registration.attendee_email == order.buyer_email and bool(order.buyer_name)
    return is_buyers and registration.attendee_name != order.buyer_name


def reader_of(registration: Registration) -> str:
    return registration.line.order.buyer_name if is_read_by_buyer(registration) else registration.attendee_name


def whom(registration: Registration) -> str:
    """The attendee's name, where another person reads the mail."""
    return registration.attendee_name if is_read_by_buyer(registration) else ""
