"""Rows of a plan as people read them: old → new in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kring.core import dates
from kring.forms.wording import text_of
from kring.members import further
from kring.members.columns import COLUMNS
from kring.members.further import FurtherColumn, Kept
from kring.members.importing.matching import TARGETS
from kring.members.models import Gender, Member, PlannedRow
from kring.members.own_fields import PREFIX, OwnField, own_fields

_DAYS = ("birth_date", "joined_on", "left_on")
TONES = {
    PlannedRow.Outcome.NEW: "success",
    PlannedRow.Outcome.CHANGED: "info",
    PlannedRow.Outcome.AMBIGUOUS: "warning",
    PlannedRow.Outcome.REFUSED: "danger",
}


@dataclass(frozen=True)
class ShownRow:
    """`changes`: label, old, new. `candidates`: of an ambiguous row, whom it may be about."""

    row: PlannedRow
    changes: Sequence[tuple[str, str, str]]
    candidates: Sequence[Member]

    @property
    def tone(self) -> str:
        return TONES.get(PlannedRow.Outcome(self.row.outcome), "neutral")

    @property
    def result_tone(self) -> str:
        return "danger" if self.row.result == PlannedRow.Result.FAILED else "neutral"


def shown(rows: Iterable[PlannedRow]) -> list[ShownRow]:
    """One statement for all candidates."""
    found = list(rows)
    wanted = {pk for row in found if row.outcome == PlannedRow.Outcome.AMBIGUOUS for pk in row.candidates}
    answered = any(name.startswith(PREFIX) for row in found for name in row.values)
    own = {field.key: field for field in own_fields()} if answered else {}
    people = Member.objects.in_bulk(wanted) if wanted else {}
    return [ShownRow(row, _changes(row, own), [people[pk] for pk in row.candidates if pk in people]) for row in found]


def _changes(row: PlannedRow, own: Mapping[str, OwnField]) -> list[tuple[str, str, str]]:
    """What is new, and in place of what: in the order of the register, which JSON does not keep."""
    values = {name: value for name, value in row.values.items() if value not in ("", None) or name in row.old}
    also = further.columns()
    order = {name: place for place, name in enumerate((*TARGETS, *also, *own))}
    found = []
    for name, value in sorted([*values.items(), *row.besides.items()], key=lambda pair: order.get(pair[0], 0)):
        old = row.old.get(name)
        if field := own.get(name):
            found.append((field.label, text_of(field.question, old), text_of(field.question, value)))
        elif column := also.get(name):
            found.append((capfirst(str(column.label)), _kept(column, old), _kept(column, value)))
        else:
            found.append((_label(name), _words(name, old), _words(name, value)))
    return found


def _kept(column: FurtherColumn, value: Kept) -> str:
    if value in (None, "", False):
        return ""
    if column.kind == "date" and (day := parse_date(str(value))):
        return dates.short_day(day)
    return str(column.cell(value)) if column.choices else str(value)


def _label(name: str) -> str:
    return capfirst(str(TARGETS.get(name, name)))


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name in COLUMNS and COLUMNS[name].is_of_bank and name == "iban":
        return f"{str(value)[:4]} … {str(value)[-4:]}" if len(str(value)) > 8 else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _DAYS and (day := parse_date(str(value))):
        return dates.short_day(day)
    if name == "gender":
        return str(Gender(value).label)
    if name == "state":
        return str(Member.State(value).label)
    return str(value).replace("\n", ", ")
