"""Suggested names of an event in addresses and on tickets."""

from __future__ import annotations

import re

from django.utils.text import slugify

from kring.core.transliteration import in_ascii
from kring.events.models import Event

SLUG_LENGTH, CODE_LENGTH = 80, 16


def suggest_slug(title: str) -> str:
    """An address for an event with this title, not used by another event here: "congress-2026"."""
    slug = slugify(in_ascii(title))[:SLUG_LENGTH].strip("-") or "event"
    return _free("slug", slug, SLUG_LENGTH, joint="-")


def suggest_code(title: str, year: int) -> str:
    """A ticket code not used by another event here: the first word, or the initials of a long title, and the year."""
    words = re.findall(r"[A-Z]+", in_ascii(title).upper().replace("'", ""))
    letters = "".join(word[0] for word in words) if len(words) > 2 else "".join(words[:1])
    return _free("code", f"{letters[:10] or 'EVENT'}{year}", CODE_LENGTH, joint="N")


def _free(field: str, wanted: str, length: int, *, joint: str) -> str:
    taken = set(Event.objects.filter(**{f"{field}__startswith": wanted[: length - 5]}).values_list(field, flat=True))
    number, name = 2, wanted
    while name in taken:
        ending = f"{joint}{number}"
        name, number = wanted[: length - len(ending)] + ending, number + 1
    return name
