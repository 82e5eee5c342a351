"""What search engines read of the main site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts import arriving
from kring.web.access import public
from kring.web.language import OWN_NAMES

MAIN_SITE = f"{settings.SCHEME}://{settings.NETLOC}"


def alternates() -> list[tuple[str, str]]:
    """Language and address of the first page in each; `x-default` is the one in the visitor's own."""
    return [*((code, f"{MAIN_SITE}/{code}/") for code in OWN_NAMES), ("x-default", f"{MAIN_SITE}/")]


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Registering has links that are good once."""
    lines = ["User-agent: *", "Disallow: /register/*/", f"Sitemap: {MAIN_SITE}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    pages = [f"{MAIN_SITE}/register/"] if arriving.is_open() else []
    facts = {"alternates": alternates(), "pages": pages}
    return render(request, "site/sitemap.xml", facts, content_type="application/xml; charset=utf-8")
