from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kring.payments.method import Done, PaymentMethod, Urls
from kring.payments.models import Payment


class Cash(PaymentMethod):
    """Paid at the event: the registration is complete now, and staff may tick the money when it is there."""

    key = "cash"
    label = _("Cash on site")
    icon = "cash"
    description = _("You pay at the event. Your registration is complete at once; you pay nothing here.")
    hold = timedelta(0)
    can_undo = True
    completes_unpaid = True

    def start(self, payment: Payment, urls: Urls) -> Done:
        return Done(paid=False)
