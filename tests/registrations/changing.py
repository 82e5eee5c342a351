"""Tickets that were paid for, at events where participants change them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kring.events.models import RefundTerm
from kring.payments import paying
from kring.registrations import passing_on
from kring.registrations.correcting import Correction
from kring.registrations.models import Ticket
from tests import make
from tests.payments.ordering import order, start

ALLOWED = {"may_pass_on": True, "may_change": True, "may_cancel": True}


def event_with_changes(*terms: RefundTerm, **fields: Any) -> Any:
    """About to begin: its door is open, and so are changes."""
    event = make.event(**ALLOWED | {"starts_at": timezone.now() + timedelta(hours=1)} | fields)
    for term in terms:
        term.event = event
        term.save(force_insert=True)
    return event


def fee(amount: int | str) -> RefundTerm:
    return RefundTerm(days_before=0, fee=Decimal(amount))


def share(percent: int | str, **until: Any) -> RefundTerm:
    return RefundTerm(percent=Decimal(percent), **until or {"days_before": 0})


def bought(*, price: str = "40", event: Any = None, **fields: Any) -> Ticket:
    """Ada's, paid by transfer; with `tickets`, the first of an order."""
    at = fields.pop("attraction", None)
    fields.setdefault("capacity", 10)
    tickets = fields.pop("tickets", 1)
    at = at or make.attraction(event=event or event_with_changes(), price=price, days_to_pay=14, **fields)
    made = order(attraction=at, tickets=tickets)
    if made.total:
        paying.confirm(start(made, "transfer").payment)
    else:
        start(made, "free")
    return fresh(Ticket.objects.filter(registration__line__order=made).order_by("registration__line__position")[0])


def fresh(ticket: Ticket) -> Ticket:
    related = ("registration__event", "registration__line__order", "registration__attendee", "registration__attraction")
    return Ticket.objects.select_related(*related).get(pk=ticket.pk)


def pass_on(ticket: Ticket, name: str = "Bo Berg", email: str = "bo@example.org", **more: Any) -> Ticket:
    own = {key: more.pop(key) for key in ("profession", "basic", "own") if key in more}
    wanted = Correction(**{"name": name, "email": email, "profession": ""} | own)
    return passing_on.pass_on(
        ticket.registration_id, wanted, **{"seen": ticket.holder_number, "by_staff": False} | more
    )
