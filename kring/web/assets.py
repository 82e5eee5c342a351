"""The links every page loads, rendered once per process: the addresses of static files do not change while it runs."""

from __future__ import annotations

from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kring.web.language import appearances, choices


@cache
def head() -> SafeString:
    """Stylesheets and scripts of the frame, as tags. Costs nothing after the first page."""
    return render_to_string("components/assets.html")


@cache
def htmx() -> SafeString:
    return render_to_string("components/htmx.html")


@lru_cache(maxsize=100)
def preferences(language: str, appearance: str, query: str) -> SafeString:
    """The links that change language and appearance, for a page requested with this query string."""
    shown = {
        "LANGUAGE_CODE": language,
        "appearance": appearance,
        "languages": choices(query),
        "appearances": appearances(query),
    }
    return render_to_string("components/preferences.html", shown)
