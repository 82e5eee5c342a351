"""Where a certificate is confirmed."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from kring.certificates.models import Certificate


def check_url(certificate: Certificate) -> str:
    """The whole address of the public page; it stands on paper, so it must never change."""
    path = reverse("public:certificate", args=[certificate.code], urlconf=settings.ORGANISATION_URLCONF)
    return certificate.organisation.url + path
