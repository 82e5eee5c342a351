"""The languages of the interface. For the settings, so it imports no part of Django that reads them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("pl", _("Polish"))]


def in_language(texts: Mapping[str, str]) -> str:
    """A text that somebody wrote in one or more languages: in the active one, else in the first there is; or ""."""
    wanted = (get_language() or "")[:2]
    return next((text for code in (wanted, *dict(LANGUAGES)) if (text := texts.get(code))), "")
