"""A table of people, pasted or uploaded → the rows of a team: its columns are found by their heads, else by their
contents (R8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError

from kring.core.sheets.heads import plain, row_of_heads
from kring.core.sheets.names import ENOUGH, merged_head, name_alone, words_in
from kring.members.importing import values
from kring.registrations.teams.columns import ANSWER, EMAIL, FIRST, LAST, NAME, TeamColumns

SAMPLE = 60
BIRTH = f"{ANSWER}birth_date"


def people_in(rows: Sequence[Sequence[str]], columns: TeamColumns) -> list[dict[str, str]]:
    """The cells of each row by column; a row without any is left out. What no column is for is left out too."""
    known = columns.known_heads()
    header = row_of_heads(rows, known)
    if header is None:
        header = name_alone(rows, known)
    body = [row for row in rows[0 if header is None else header + 1 :] if any(row)]
    heads = [""] * len(rows[0]) if header is None else rows[header]
    targets: list[str] = []
    for head in heads:
        target = known.get(plain(head), "")
        targets.append("" if target in targets else target)
    merged_head(heads, targets, body[:SAMPLE])
    if not {NAME, FIRST, LAST} & set(targets):
        _by_content(targets, body[:SAMPLE], columns)
    return [_cells(row, targets) for row in body]


def _by_content(targets: list[str], body: Sequence[Sequence[str]], columns: TeamColumns) -> None:
    """The first column of words has the names, or the first names where the next one is of words too. An address has
    its sign; a column of days is that of birth."""
    for place, target in enumerate(targets):
        if target:
            continue
        if not {NAME, FIRST} & set(targets) and words_in(body, place) >= ENOUGH:
            is_half = place + 1 < len(targets) and words_in(body, place + 1) >= ENOUGH and not _has_blanks(body, place)
            targets[place] = FIRST if is_half else NAME
            if is_half:
                targets[place + 1] = LAST
        elif EMAIL not in targets and _share(body, place, lambda cell: "@" in cell) >= ENOUGH:
            targets[place] = EMAIL
        elif BIRTH in columns.by_key and BIRTH not in targets and _share(body, place, _is_day) >= ENOUGH:
            targets[place] = BIRTH


def _has_blanks(body: Sequence[Sequence[str]], place: int) -> bool:
    """Most have two words or more: whole names."""
    return _share(body, place, lambda cell: " " in cell) > 0.5


def _share(body: Sequence[Sequence[str]], place: int, holds: Callable[[str], bool]) -> float:
    cells = [row[place] for row in body if row[place]]
    return sum(map(holds, cells)) / len(cells) if cells else 0


def _is_day(cell: str) -> bool:
    try:
        values.day(cell)
    except ValidationError:
        return False
    return True


def _cells(row: Sequence[str], targets: Sequence[str]) -> dict[str, str]:
    given = {target: cell for target, cell in zip(targets, row, strict=True) if target and cell}
    halves = [given.pop(half, "") for half in (NAME, FIRST, LAST)]
    if name := " ".join(filter(None, halves)):
        given[NAME] = name
    return given
