"""Each organisation's colours as a stylesheet of its own: the content security policy allows no inline style."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kring.core.tenancy import opens_own_scope
from kring.organisations.models import Organisation
from kring.web.access import public
from kring.web.colours import LIGHT_GROUND, TEXT, Palette, Shades, contrast, palette, readable

DEFAULT_PRIMARY, DEFAULT_ACCENT = "#0B6FA8", "#F7941D"
FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"


def url(organisation: Organisation) -> str:
    """The address of the organisation's colours, other for other colours; "" where no page serves it."""
    try:
        return reverse("theme", args=[fingerprint(organisation)])
    except NoReverseMatch:
        return ""


@public
@require_safe
@opens_own_scope
def stylesheet(request: HttpRequest, hash: str) -> HttpResponse:
    """The colours of this host. Kept forever under the right hash; an old link still gets today's colours."""
    organisation = request.organisation  # type: ignore[attr-defined]
    response = HttpResponse(css(colours_of(organisation)), content_type="text/css; charset=utf-8")
    current = organisation is None or hash == fingerprint(organisation)
    response["Cache-Control"] = FOREVER if current else SHORT
    return response


def colours_of(organisation: Organisation | None) -> Palette:
    if organisation is None:
        return palette(DEFAULT_PRIMARY, DEFAULT_ACCENT)
    return palette(organisation.primary_colour, organisation.accent_colour)


def fingerprint(organisation: Organisation) -> str:
    """Of the stylesheet's text, so that another way of computing shades is another address too."""
    return _fingerprint(colours_of(organisation))


@lru_cache(maxsize=1000)
def _fingerprint(colours: Palette) -> str:
    return hashlib.sha256(css(colours).encode()).hexdigest()[:12]


def css(colours: Palette) -> str:
    lines = [
        *_variables("primary", colours.primary, colours.primary_dark),
        *_variables("accent", colours.accent, colours.accent_dark),
    ]
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def _variables(name: str, light: Shades, dark: Shades) -> list[str]:
    return [
        f"  --tblr-{name}: light-dark({light.fill}, {dark.fill});",
        f"  --tblr-{name}-fg: light-dark({light.on_fill}, {dark.on_fill});",
        f"  --kring-{name}-text: light-dark({light.text}, {dark.text});",
    ]


def advice(colour: str) -> str:
    """Advice for choosing this colour: "" when it can be used as it is, also for links."""
    if contrast(colour, LIGHT_GROUND) >= TEXT:
        return ""
    return _(
        "%(colour)s is hard to read as text on a light page. Buttons get it as it is; "
        "links and headings get the darker shade %(shade)s."
    ) % {"colour": colour.upper(), "shade": readable(colour, LIGHT_GROUND).upper()}
