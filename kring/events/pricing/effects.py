"""What a price rule does to a price."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Effect(TextChoices):
    FIXED = "fixed", _("Fixed price")
    PERCENT_OFF = "percent_off", _("Percent off")
    AMOUNT_OFF = "amount_off", _("Amount off")
    PERCENT_ON_TOP = "percent_on_top", _("Percent on top")
    AMOUNT_ON_TOP = "amount_on_top", _("Amount on top")

    @property
    def is_percent(self) -> bool:
        return self in (Effect.PERCENT_OFF, Effect.PERCENT_ON_TOP)

    @property
    def is_on_top(self) -> bool:
        return self in (Effect.PERCENT_ON_TOP, Effect.AMOUNT_ON_TOP)

    def on(self, price: Decimal, amount: Decimal) -> Decimal:
        """The price after it: not rounded, and maybe below 0."""
        match self:
            case Effect.FIXED:
                return amount
            case Effect.PERCENT_OFF:
                return price - price * amount / 100
            case Effect.PERCENT_ON_TOP:
                return price + price * amount / 100
            case Effect.AMOUNT_OFF:
                return price - amount
            case Effect.AMOUNT_ON_TOP:
                return price + amount
