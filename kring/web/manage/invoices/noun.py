"""Invoices and credit notes: looked at, made, corrected; all of a period; as what the organisation sends them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.billing.models import Invoice, InvoiceDelivery
from kring.web.manage.noun import MONITOR, TREASURER, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="invoices",
    menu=MenuItem("manage:invoices", _("Invoices"), "file-invoice"),
    rights={
        "see_invoices": frozenset({TREASURER, MONITOR}),
        "change_invoices": frozenset({TREASURER}),
        # Whoever enters keys decides in whose name invoices are sent.
        "connect_invoice_channels": frozenset(),
    },
    pages={
        "see_invoices": [
            *("invoices", "invoice", "invoice_document", "invoice_delivery_file", "invoices_period", "invoices_file"),
        ],
        "change_invoices": [
            *("invoice_credit", "invoice_correction", "invoice_answer", "invoice_sending"),
            *("order_invoice", "invoice_settings"),
        ],
        "connect_invoice_channels": ["invoice_account"],
    },
    # Waiting, sent and rejected look as elsewhere.
    tones={
        "success": (InvoiceDelivery.State.ACCEPTED,),
        "info": (Invoice.Kind.INVOICE,),
        "warning": (Invoice.Kind.CREDIT,),
        "neutral": (InvoiceDelivery.State.CORRECTED,),
    },
    audit_labels={
        "invoice.requested": _("invoice requested"),
        "invoice.invoice_made": _("invoice made"),
        "invoice.credit_made": _("credit note made"),
        "invoice.credited_by_hand": _("credit note requested by staff"),
        "invoice.delivery_accepted": _("invoice accepted by the receiver"),
        "invoice.delivery_rejected": _("invoice rejected by the receiver"),
        "invoice.issued_offline": _("invoice issued offline"),
        "invoice.sent_again": _("invoice sent again"),
        "channel_account.connected": _("account with a channel for e-invoices connected"),
        "channel_account.keys_replaced": _("keys of a channel for e-invoices replaced"),
        "channel_account.refused": _("channel for e-invoices refused the keys"),
        "invoice.settings_changed": _("settings of invoices changed"),
    },
)
