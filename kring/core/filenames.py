"""Names of downloads: ASCII, so that every mail program and system accepts them."""

from __future__ import annotations

from django.utils.text import slugify

from kring.core.transliteration import in_ascii

LONGEST = 80


def filename(*parts: str, ending: str) -> str:
    """`filename("Zaświadczenie", "Łucja Żak", ending="pdf")` is "zaswiadczenie-lucja-zak.pdf"."""
    slug = slugify(in_ascii(" ".join(parts)))[:LONGEST].strip("-_")
    return f"{slug or 'document'}.{ending}"
