"""Which columns of a table have the names of people, where their heads do not say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kring.core.sheets.heads import MOST_ABOVE, plain

# Of the cells of a column that say anything, so many are words in one of names.
ENOUGH = 0.8
_LETTER = re.compile(r"[^\W\d_]")


def name_alone(rows: Sequence[Sequence[str]], known: Mapping[str, str]) -> int | None:
    """A row with the one head “name” among others we do not know; not a person who is called “Guest”, like others."""
    for place, row in enumerate(rows[:MOST_ABOVE]):
        for column, cell in enumerate(row):
            if known.get(plain(cell)) == "name" and sum(other[column] == cell for other in rows) == 1:
                return place
    return None


def merged_head(heads: Sequence[str], targets: list[str], body: Sequence[Sequence[str]]) -> None:
    """“Name” over two columns: a spreadsheet leaves the second without a head."""
    if "name" not in targets:
        return
    place = targets.index("name")
    after = place + 1
    if after < len(heads) and not heads[after] and words_in(body, after) >= ENOUGH:
        targets[place], targets[after] = "first_name", "last_name"


def words_in(body: Sequence[Sequence[str]], place: int) -> float:
    """Of the cells that say anything, how many are words."""
    cells = [row[place] for row in body if row[place]]
    return sum(map(_is_words, cells)) / len(cells) if cells else 0


def _is_words(cell: str) -> bool:
    return bool(_LETTER.search(cell)) and "@" not in cell and not any(letter.isdigit() for letter in cell)
