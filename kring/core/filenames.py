"""Names for files that people download: ASCII, so that every mail program and system takes them."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

# What Unicode does not take apart.
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE"})
LONGEST = 80


def filename(*parts: str, ending: str) -> str:
    """`filename("Zaświadczenie", "Łucja Żak", ending="pdf")` is "zaswiadczenie-lucja-zak.pdf"."""
    plain = " ".join(parts).translate(LETTERS)
    slug = slugify(unicodedata.normalize("NFKD", plain))[:LONGEST].strip("-_")
    return f"{slug or 'document'}.{ending}"
