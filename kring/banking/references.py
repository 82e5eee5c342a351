"""Numbers of orders in what payers write, though with blanks, in pieces, or with letters that look alike."""

from __future__ import annotations

import re

from kring.core.codes import READABLE

LENGTH = 8
# Signs that people take for each other, and the one they all become; the alphabet of numbers has no 0, 1, I, O.
_LOOK_ALIKE = str.maketrans("0OQ1ILS5Z2B8G6UV", "QQQLLL55228866VV")
# The same for numbers themselves, in SQL: translate(number, *IN_SQL).
IN_SQL = ("SZBGU", "5286V")
_READABLE = frozenset(READABLE)


def compact(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def canonical(text: str) -> str:
    """Equal for texts that look alike."""
    return text.translate(_LOOK_ALIKE)


def numbers_in(text: str) -> set[str]:
    """All that may be the number of an order: eight signs of their alphabet in a row, whatever stands between them."""
    plain = compact(text)
    every = {plain[at : at + LENGTH] for at in range(len(plain) - LENGTH + 1)}
    return {each for each in every if _READABLE.issuperset(each)}


def look_alikes_in(text: str) -> set[str]:
    """In their canonical form."""
    plain = canonical(compact(text))
    return {plain[at : at + LENGTH] for at in range(len(plain) - LENGTH + 1)}
