"""The page that confirms a certificate to anyone who was shown one (Z1)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.certificates.checking import find
from kring.web.access import public


@public
@require_safe
def certificate(request: TenantRequest, code: str) -> HttpResponse:
    """Shows for whom, which event and when, and nothing more; 404 for a code this organisation never issued."""
    found = find(code)
    page = render(
        request, "public/certificate.html", {"certificate": found, "code": code}, status=200 if found else 404
    )
    # A name next to an event is for who holds the paper, not for search engines.
    page["X-Robots-Tag"] = "noindex"
    return page
