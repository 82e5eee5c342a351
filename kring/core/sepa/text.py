"""The letters that every SEPA bank takes."""

from __future__ import annotations

import re

from kring.core.transliteration import in_ascii

LONGEST_NAME, LONGEST_TEXT, LONGEST_REFERENCE = 70, 140, 35
# As banks compare names: an umlaut is two letters, other accents are left out.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "&": "+"})
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


def letters(text: str, most: int) -> str:
    """In the letters that every SEPA bank takes; "" where none is left, as of a name in another script."""
    plain = _NOT_ALLOWED.sub(" ", in_ascii(text.translate(_UMLAUTS)))
    return " ".join(re.sub("/{2,}", "/", plain).split()).strip("/ ")[:most].strip()
