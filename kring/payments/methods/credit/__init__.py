from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments import credits
from kring.payments.method import Done, PaymentMethod, Urls
from kring.payments.models import Payment


class Credit(PaymentMethod):
    """Paid from what the organisation owes the payer: at once, and as much of the order as there is."""

    key = credits.METHOD
    label = _("Credit")
    label_for_buyers = _("Your credit")
    icon = "coin"
    description = _("It is used first; you choose how to pay the rest, if any is left.")
    is_offered_by_events = False
    pays_a_part = True

    def start(self, payment: Payment, urls: Urls) -> Done:
        credits.spend(payment)
        return Done(paid=True)
