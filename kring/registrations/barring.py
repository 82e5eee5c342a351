"""Tickets that the door turns away for a while, although they were issued: for one reason or several."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Value

from kring.billing.models import Order
from kring.registrations.models import Ticket


def bar(order: Order, why: Ticket.Bar) -> None:
    """Its tickets open no door until this is lifted. Again it has no other effect."""
    tickets = Ticket.objects.filter(registration__line__order=order).exclude(bars__contains=[why])
    tickets.update(bars=_changed("array_append", why))


def lift(order: Order, why: Ticket.Bar) -> None:
    """Other reasons stay."""
    tickets = Ticket.objects.filter(registration__line__order=order, bars__contains=[why])
    tickets.update(bars=_changed("array_remove", why))


def _changed(function: str, why: Ticket.Bar) -> Func:
    column = Ticket._meta.get_field("bars")
    return Func(F("bars"), Value(why, models.CharField()), function=function, output_field=column)
