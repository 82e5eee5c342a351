from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.payments.carrying import METHOD
from kring.payments.method import PaymentMethod


class Carried(PaymentMethod):
    """Paid for another order, and taken along when its ticket was changed. No page offers it to buyers."""

    key = METHOD
    label = _("Taken along from another order")
    icon = "refresh"
    description = _("It was paid with another order.")
    hold = timedelta(0)

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return False
