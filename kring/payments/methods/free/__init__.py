from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.payments.method import Done, PaymentMethod, Urls
from kring.payments.models import Payment


class Free(PaymentMethod):
    """Nothing to pay: the registration is complete at once."""

    key = "free"
    label = _("Free of charge")
    icon = "gift"
    description = _("There is nothing to pay. Your registration is complete at once.")
    hold = timedelta(0)

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return amount == 0

    def start(self, payment: Payment, urls: Urls) -> Done:
        return Done(paid=True)
