"""The links in the codes on the PDF: https://github.com/CIRFMF/ksef-api/blob/main/kody-qr.md."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kring.billing.einvoicing.ksef import fa3
from kring.billing.einvoicing.ksef.client import link_base_url
from kring.billing.invoicing.channel import Stamp
from kring.billing.invoicing.contents import Contents

if TYPE_CHECKING:
    from kring.billing.models import InvoiceDelivery

# Below the codes, as the ministry wants it in any language.
OFFLINE, CERTIFICATE = "OFFLINE", "CERTYFIKAT"


def stamps(delivery: InvoiceDelivery) -> list[Stamp]:
    """KOD I with the number, where it is known; of one that was issued offline KOD II as well."""
    is_accepted = delivery.state == delivery.State.ACCEPTED and bool(delivery.number)
    if not is_accepted and not delivery.certificate_link:
        return []
    caption = str(delivery.number) if is_accepted else OFFLINE
    found = [Stamp(_document_link(delivery), caption, _("Check this invoice in KSeF"))]
    if delivery.certificate_link:
        found.append(Stamp(delivery.certificate_link, CERTIFICATE, _("Check who issued it")))
    return found


def seller_nip(delivery: InvoiceDelivery) -> str:
    return fa3.nip_of(Contents.read(delivery.invoice.contents).seller)


def digest_of(delivery: InvoiceDelivery) -> str:
    """In Base64URL, without padding."""
    return base64.urlsafe_b64encode(bytes.fromhex(delivery.digest)).decode().rstrip("=")


def _document_link(delivery: InvoiceDelivery) -> str:
    base, kind, _rest = delivery.certificate_link.partition("/certificate/")
    if not kind:
        base = link_base_url(delivery.handle.partition("/")[0])
    day = f"{delivery.invoice.issued_on:%d-%m-%Y}"
    return f"{base}/invoice/{seller_nip(delivery)}/{day}/{digest_of(delivery)}"
