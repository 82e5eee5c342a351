"""Paying a bill in parts, by the organisation's plan."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone

from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.dues.fees.periods import months_later
from kring.dues.models import Contribution, DuesSettings
from kring.dues.running import settings_now

CENT = Decimal("0.01")


def offered(order: Order) -> list[Part]:
    """In which it may be paid; empty: all at once only, or something has been paid already. Three statements."""
    if order.state != Order.State.AWAITING_PAYMENT or order.payments.kept():
        return []
    due = Contribution.objects.owing().filter(order=order).order_by("due_on").values_list("due_on", flat=True).first()
    return planned(order.total, due, settings_now()) if due else []


def planned(total: Decimal, due_on: date, settings: DuesSettings) -> list[Part]:
    """Equal parts, the cents that do not divide in the last; none is smaller than the settings say."""
    number = min(settings.instalments, int(total / settings.smallest_instalment))
    if number < 2:
        return []
    first = max(due_on, timezone.localdate())
    part = (total / number).quantize(CENT, ROUND_DOWN)
    amounts = [part] * (number - 1) + [total - part * (number - 1)]
    months = settings.months_between
    return [Part(amount, months_later(first, months * n)) for n, amount in enumerate(amounts)]
