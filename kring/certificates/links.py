"""Where a certificate is confirmed."""

from __future__ import annotations

from kring.certificates.models import Certificate
from kring.organisations.links import link


def check_url(certificate: Certificate) -> str:
    """The full address of the public page; it is printed on paper, so it must never change."""
    return link(certificate.organisation, "public:certificate", certificate.code)
