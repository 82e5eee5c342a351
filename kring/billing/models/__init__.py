"""The models of billing. One module for each noun; import from here."""

from kring.billing.models.channel_account import ChannelAccount
from kring.billing.models.instalment import Instalment
from kring.billing.models.invoice import Invoice, InvoiceQuerySet, InvoiceRequest, InvoiceSeries, InvoiceSettings
from kring.billing.models.invoice_delivery import InvoiceDelivery, InvoiceDeliveryQuerySet
from kring.billing.models.order import AppliedRule, KeptRule, Order, OrderLine, OrderQuerySet, new_number

__all__ = [
    "AppliedRule",
    "ChannelAccount",
    "Instalment",
    "Invoice",
    "InvoiceDelivery",
    "InvoiceDeliveryQuerySet",
    "InvoiceQuerySet",
    "InvoiceRequest",
    "InvoiceSeries",
    "InvoiceSettings",
    "KeptRule",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "new_number",
]
