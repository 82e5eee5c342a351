from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.payments.method import PaymentMethod


class DirectDebit(PaymentMethod):
    """Collected from the payer's account by a file for the bank (direct_debit/collecting.py). Nobody chooses it."""

    key = "direct_debit"
    label = _("SEPA direct debit")
    icon = "building-bank"
    description = _("It is collected from your account, by the mandate you have given.")
    hold = timedelta(0)
    is_offered_by_events = False
    pays_a_part = True

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return False
