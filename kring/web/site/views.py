"""Pages that explain Kring to new visitors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from kring.organisations.models import Organisation
from kring.organisations.platform_settings import values_of
from kring.plans import subscribing
from kring.web.access import public
from kring.web.language import LANGUAGE_COOKIE, known
from kring.web.site.search_engines import MAIN_SITE, alternates
from kring.web.site.words import AUDIENCES, FEATURES, FOUR_STEPS

SHOWN = 12
OPERATOR = ("operator_name", "operator_email", "terms_url", "privacy_url")


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """In the visitor's language."""
    return _home(request, f"{MAIN_SITE}/")


@public
@require_safe
def home_in(request: HttpRequest, code: str) -> HttpResponse:
    """In this language, for search engines; whoever has chosen another one gets that."""
    if known(request.COOKIES.get(LANGUAGE_COOKIE)) not in ("", code):
        return redirect("home")
    with translation.override(code):
        answer = _home(request, f"{MAIN_SITE}/{code}/")
    answer["Content-Language"] = code
    return answer


def _home(request: HttpRequest, canonical: str) -> HttpResponse:
    """The table of organisations is global: no scope is needed to name those that are open."""
    settings_now = values_of(
        *("organisations_register", "site_coming", "site_example_url", "site_lists_organisations", "plans_on"),
        *OPERATOR,
    )
    active = Organisation.objects.filter(status=Organisation.Status.ACTIVE).order_by("name")
    context = {
        "canonical": canonical,
        "alternates": alternates(),
        "coming": settings_now["site_coming"],
        "audiences": AUDIENCES,
        "features": FEATURES,
        "four_steps": FOUR_STEPS,
        "plans": subscribing.offered() if settings_now["plans_on"] else [],
        "organisations": active[:SHOWN] if settings_now["site_lists_organisations"] else [],
        "example_url": settings_now["site_example_url"],
        "operator": settings_now,
        "may_register": settings_now["organisations_register"] != "off",
        # Price and date of the event in the drawing.
        "picture_date": date(2026, 10, 10),
        "picture_price": Decimal("49.95"),
        "portal_url": f"{settings.SCHEME}://portal.{settings.NETLOC}/",
    }
    return render(request, "site/home.html", context)
