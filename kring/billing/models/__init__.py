"""The models of billing. One module for each noun; import from here."""

from kring.billing.models.instalment import Instalment
from kring.billing.models.order import AppliedRule, KeptRule, Order, OrderLine, OrderQuerySet, new_number

__all__ = ["AppliedRule", "Instalment", "KeptRule", "Order", "OrderLine", "OrderQuerySet", "new_number"]
