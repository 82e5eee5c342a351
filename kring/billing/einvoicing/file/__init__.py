"""As a file (UBL, Peppol BIS Billing 3) that staff hand over: by an access point of their own, or a portal's upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kring.billing.einvoicing.file import ubl
from kring.billing.invoicing.channel import InvoiceChannel
from kring.billing.invoicing.contents import Contents
from kring.core import dates

if TYPE_CHECKING:
    from kring.billing.models import InvoiceDelivery


class File(InvoiceChannel):
    key = "file"
    label = _("file (Peppol)")
    description = _("As a file (UBL, Peppol BIS) that you download and hand over; the buyer gets the PDF by email too.")
    is_noted_by_hand = True
    needs_vat_number = True
    ending = "xml"

    def prepare(self, delivery: InvoiceDelivery) -> bytes:
        invoice = delivery.invoice
        contents = Contents.read(invoice.contents)
        ubl.check(contents)
        with dates.written_for(invoice.language, invoice.organisation.zone):
            return ubl.xml(invoice, contents)
