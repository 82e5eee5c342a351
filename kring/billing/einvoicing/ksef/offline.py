"""Invoices while KSeF does not answer (offline24): issued with two codes, and sent by the next working day.

Art. 106nda UVAT; https://github.com/CIRFMF/ksef-api: tryby-offline.md, kody-qr.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from django.utils import timezone

from kring.billing.einvoicing.ksef.client import link_base_url
from kring.billing.einvoicing.ksef.links import digest_of, seller_nip
from kring.billing.einvoicing.ksef.working_days import next_working_day
from kring.billing.invoicing.channel import IssuedOffline, Keys

if TYPE_CHECKING:
    from kring.billing.models import InvoiceDelivery


def issue(delivery: InvoiceDelivery, keys: Keys) -> IssuedOffline | None:
    """None without a certificate for it that is valid, or once the day to hand it over has passed. The signature is
    another one each time: the link is kept."""
    due_on = next_working_day(delivery.invoice.issued_on)
    if not keys.get("offline_certificate") or due_on < timezone.localdate():
        return None
    certificate = x509.load_pem_x509_certificate(keys["offline_certificate"].encode())
    if certificate.not_valid_after_utc < timezone.now():
        return None
    from ksef_client import KsefClientOptions
    from ksef_client.services.verification_link import VerificationLinkService

    base = link_base_url(keys["environment"])
    nip = seller_nip(delivery)
    link = VerificationLinkService(KsefClientOptions(base, base_qr_url=base)).build_certificate_verification_url(
        seller_nip=nip,
        context_identifier_type="Nip",
        context_identifier_value=nip,
        certificate_serial=f"{certificate.serial_number:016X}",
        invoice_hash=digest_of(delivery),
        private_key_pem=keys["offline_key"],
    )
    return IssuedOffline(link, due_on)
