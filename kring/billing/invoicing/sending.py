"""That an organisation sends invoices, and as what."""

from __future__ import annotations

from kring.billing.invoicing import refusals
from kring.billing.models import InvoiceSettings
from kring.core.transactions import in_transaction
from kring.organisations.changing import change
from kring.organisations.models import Organisation


@in_transaction
def set_up(organisation: Organisation, *, prefix: str, **fields: object) -> InvoiceSettings:
    """From now on; invoices that were made stay. Raises NotReady where something is missing that the norm demands."""
    if not prefix or not (organisation.vat_number or fields.get("tax_number")):
        raise refusals.NotReady
    found, is_new = InvoiceSettings.objects.get_or_create(defaults=fields)
    change(organisation, "invoice.settings_changed", invoice_prefix=prefix)
    if not is_new:
        change(found, "invoice.settings_changed", **fields)
    return found
