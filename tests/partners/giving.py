"""A partner with tickets to give away; in the scope of an organisation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kring.billing import settling
from kring.billing.models import Order
from kring.partners import keeping, taking
from kring.partners.models import PartnerQuota
from kring.places.models import Pool
from kring.registrations import booking
from kring.registrations.booking import Attendee
from kring.registrations.models import Registration
from tests import make


def quota_of(attraction: Any, number: int = 3, *, partner: Any = None, **fields: Any) -> PartnerQuota:
    """Of the attraction's one ticket type."""
    partner = partner or make.partner()
    return keeping.keep_places(partner, attraction.ticket_types.get(), number=number, **fields)


def as_it_is(quota: PartnerQuota) -> PartnerQuota:
    return PartnerQuota.objects.with_what_a_page_shows().get(pk=quota.pk)


def taken_of(pool_id: int) -> int:
    return Pool.objects.get(pk=pool_id).taken


def take(quota: PartnerQuota, number: int = 1, *, name: str = "Guest") -> Order:
    """By the link, to the end."""
    order = taking.begin(quota, number, language="en")
    return complete(order, number, name=name)


def complete(order: Order, number: int = 1, *, name: str = "Guest") -> Order:
    guests = [Attendee(False, f"{name} {n}", f"{name.lower()}-{n}@example.org") for n in range(number)]
    booking.assign(order, buyer_name=name, buyer_email=f"{name.lower()}@example.org", attendees=guests)
    return settling.settle(Order.objects.get(pk=order.pk))


def registration_of(order: Order) -> Registration:
    return Registration.objects.get(line__order=order)


def at_a_price(event: Any) -> Decimal:
    event.payment_options.create(method="cash")
    return Decimal("15.00")
