from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.payments.free_of_charge import KEY
from kring.payments.method import PaymentMethod


class Free(PaymentMethod):
    """Nothing to pay: the registration is complete at once."""

    key = KEY
    label = _("Free of charge")
    icon = "gift"
    description = _("There is nothing to pay. Your registration is complete at once.")
    hold = timedelta(0)
    is_free = True

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return amount == 0
