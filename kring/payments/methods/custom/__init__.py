from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.core.languages import in_language
from kring.payments.method import PaymentMethod, Settings, Text


class Custom(PaymentMethod):
    """Taken at the box office (D4), of a kind in the organisation's list. No page offers it to buyers."""

    key = "custom"
    label = _("Box office")
    icon = "receipt"
    description = _("Paid at the box office.")
    hold = timedelta(0)
    can_undo = True

    def is_offered_for(self, amount: Decimal, currency: str) -> bool:
        return False

    def label_with(self, settings: Settings) -> Text:
        """With the name of the kind, as it was then."""
        kind = in_language(settings.get("names", {}))
        return f"{self.label}: {kind}" if kind else self.label
