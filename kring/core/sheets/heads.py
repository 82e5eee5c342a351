"""Which row of a table has the heads, and how heads are compared."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kring.core.transliteration import in_ascii

# Rows that are looked at for a head: titles and blank rows stand above it.
MOST_ABOVE = 20


def plain(head: str) -> str:
    """In small ASCII letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", in_ascii(head).lower())


def row_of_heads(rows: Sequence[Sequence[str]], known: Collection[str]) -> int | None:
    """The row that has most of the `known` words; one alone is enough where it is all there is."""
    best, most = None, 1
    for place, row in enumerate(rows[:MOST_ABOVE]):
        number = sum(1 for cell in row if plain(cell) in known)
        if number > most or (best is None and number == 1 and len([cell for cell in row if cell]) == 1 == len(row)):
            best, most = place, number
    return best
