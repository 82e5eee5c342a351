"""The line of steps above a checkout."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.billing.models import Order

CHOOSE, WHO, PAY = 1, 2, 3


def steps_of(order: Order) -> list[str]:
    """Where nothing is to be paid, no step says "pay"."""
    names = [_("Tickets"), _("Who comes"), _("Pay"), _("Done")]
    return names if order.total else [name for number, name in enumerate(names, start=1) if number != PAY]
