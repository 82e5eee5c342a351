"""Terms and privacy notice, in present and earlier versions: people agreed to one of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kring.accounts.requests import TenantRequest
from kring.organisations import legal_texts
from kring.organisations.models import LegalText
from kring.web.access import public


@public
@require_safe
def terms(request: TenantRequest) -> HttpResponse:
    return _page(request, LegalText.Kind.TERMS)


@public
@require_safe
def privacy(request: TenantRequest) -> HttpResponse:
    return _page(request, LegalText.Kind.PRIVACY)


def _page(request: TenantRequest, kind: str) -> HttpResponse:
    """In force now, or `?version=`; in the reader's language where there is one in it."""
    version = request.GET.get("version", "")
    is_number = version.isascii() and version.isdecimal() and len(version) < 7
    found = legal_texts.of_version(kind, int(version)) if is_number else legal_texts.in_force(kind)
    if found is None or not found.texts:
        raise Http404
    organisation = request.organisation
    text, language = found.text_in((get_language() or "en")[:2], otherwise=organisation.language)
    is_old = found.version != getattr(organisation, f"{kind}_version")
    context = {"legal": found, "text": text, "text_language": language, "is_old": is_old}
    return render(request, "public/legal_text.html", context)
