"""Files of members in the shape somebody else wants: saved layouts, run for any day (issue 12, point 11).

A layout has one column a line: `heading = what`. `what` is the name of a column in any of our languages, or a text of
its own in quotation marks; after a bar stand values that are written otherwise:

    Number = member number
    Sex = gender | f=V, m=M, =O
    Club = "1234"

Own questions are named by their words, or by their name in brackets: `[diet]`. Whether somebody was a member, in which
state, type and groups, and how old, is asked for the day; the rest is as the register has it now. Text that a
spreadsheet would take for a formula gets an apostrophe, whatever the receiver wants.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.aggregates import StringAgg
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kring.core import spreadsheet
from kring.core.dates import age_at
from kring.core.refusals import Refusal
from kring.core.transliteration import in_ascii
from kring.members import exporting, groups
from kring.members.columns import COLUMNS, CONSENTS
from kring.members.importing.matching import own_heads
from kring.members.models import BankAccount, ExportLayout, Gender, GroupPlace, Member, Membership, StatusPeriod
from kring.members.own_fields import OwnField, own_fields

DERIVED: Mapping[str, Promise] = {
    "full_name": _("full name"),
    "street_address": _("street and number"),
    "state": _("status"),
    "type": _("membership type"),
    "group": _("groups"),
    "household": _("household"),
    "household_number": _("household number"),
    "age": _("age"),
    "day": _("reference date"),
}
LABELS: Mapping[str, str | Promise] = {name: column.label for name, column in COLUMNS.items()} | dict(DERIVED)
MOST_COLUMNS = 100


class LayoutNotUnderstood(Refusal):
    code = "layout_not_understood"
    field = "columns"
    message = _("Line %(line)s is not understood: %(text)s")


@dataclass(frozen=True)
class LayoutColumn:
    """`name` of LABELS, or `own`; neither with a fixed `text`. `words`: what is written instead of a value, in small
    letters."""

    head: str
    name: str = ""
    text: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    own: OwnField | None = None

    @property
    def is_of_bank(self) -> bool:
        return self.name in COLUMNS and COLUMNS[self.name].is_of_bank


def parsed(text: str) -> list[LayoutColumn]:
    """Raises LayoutNotUnderstood."""
    known, own = _known(), _own()
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines or len(lines) > MOST_COLUMNS:
        raise LayoutNotUnderstood(line=len(lines), text="…")
    return [_column(line, number, known, own) for number, line in lines]


def _column(line: str, number: int, known: Mapping[str, str], own: Mapping[str, OwnField]) -> LayoutColumn:
    head, equals, rest = (part.strip() for part in line.partition("="))
    what, _bar, words = (part.strip() for part in (rest if equals else head).partition("|"))
    head = head if equals else what
    if len(what) >= 2 and what[0] == what[-1] == '"':
        return LayoutColumn(head, text=what[1:-1])
    name, field = known.get(_plain(what)), own.get(_plain(what))
    pairs = [pair.partition("=") for pair in words.split(",")] if words else []
    if not head or (name is None and field is None) or any(not equals for _from, equals, _to in pairs):
        raise LayoutNotUnderstood(line=number, text=line[:60])
    return LayoutColumn(
        head, name or "", own=None if name else field, words={_plain(old): new.strip() for old, _equals, new in pairs}
    )


def _known() -> dict[str, str]:
    """The name of each column, by its label in each of our languages and by itself."""
    found = {}
    for name, label in LABELS.items():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[_plain(str(label))] = name
    return found | {name: name for name in LABELS}


def _own() -> dict[str, OwnField]:
    """The organisation's own questions, by the words they are exported under and by `[name]`."""
    fields = own_fields()
    heads = own_heads(fields)
    by_name = {_plain(f"[{field.question.name}]"): field for field in fields}
    return {_plain(heads[field.key]): field for field in fields} | by_name


def labels() -> list[str]:
    """What a column may be."""
    return [*(str(label) for label in LABELS.values()), *own_heads(own_fields()).values()]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def example() -> str:
    """To begin with, in the active language."""
    names = ("number", "last_name", "name_prefix", "first_name", "gender", "birth_date", "age", "type", "joined_on")
    return "\n".join(f"{capfirst(str(LABELS[name]))} = {LABELS[name]}" for name in names)


def needs_bank(layout: ExportLayout) -> bool:
    return any(column.is_of_bank for column in parsed(layout.columns))


def members_of(layout: ExportLayout, day: date) -> QuerySet[Member]:
    """Those it is about, with what the columns show from other tables. One statement."""
    states = Member.BELONG if layout.who == ExportLayout.Who.BELONG else Member.ENTITLED
    periods = StatusPeriod.objects.filter(member=OuterRef("pk"), state__in=states, during__contains=day)
    held = Membership.objects.on(day).filter(member=OuterRef("pk"))
    places = GroupPlace.objects.on(day).filter(member=OuterRef("pk"))
    rows = Member.objects.filter(Exists(periods))
    if layout.type_id is not None:
        rows = rows.filter(Exists(held.filter(type=layout.type_id)))
    if layout.group_id is not None:
        rows = rows.filter(Exists(places.filter(group__in=groups.within([layout.group_id]))))
    names = places.values("member").annotate(names=StringAgg("group__name", Value(", "), order_by="group__name"))
    account = BankAccount.objects.filter(member=OuterRef("pk"))
    return rows.select_related("submission").annotate(
        state_then=Subquery(periods.values("state")[:1]),
        type_then=Subquery(held.values("type__name")[:1]),
        groups_then=Subquery(names.values("names")),
        home=F("household__name"),
        iban=Subquery(account.values("iban")),
        holder=Subquery(account.values("holder")),
    )


def write(file: IO[bytes], layout: ExportLayout, day: date) -> int:
    """Write the file, and log who took it along. Returns the number of members. Raises LayoutNotUnderstood."""
    columns = parsed(layout.columns)
    heads = [column.head for column in columns]
    rows = _rows(members_of(layout, day), columns, layout, day)
    if layout.form == ExportLayout.Form.XLSX:
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(layout.name, heads, ["text"] * len(heads), rows)])
    else:
        number = spreadsheet.write_plain_csv(
            file,
            heads if layout.has_heads else None,
            rows,
            delimiter=layout.delimiter,
            encoding=layout.encoding,
            errors=NEAREST,
        )
    with_bank = any(column.is_of_bank for column in columns)
    exporting.note(number, layout.form, heads, with_bank=with_bank, layout=layout.name, day=day)
    return number


def _rows(
    members: QuerySet[Member], columns: Sequence[LayoutColumn], layout: ExportLayout, day: date
) -> Iterator[list[str]]:
    for member in members.iterator(chunk_size=1000):
        yield [_written(member, column, layout, day) for column in columns]


def _written(member: Member, column: LayoutColumn, layout: ExportLayout, day: date) -> str:
    if column.own is not None:
        return _own_written(member, column, column.own, layout)
    if not column.name:
        return column.text
    value = VALUES[column.name](member, day) if column.name in VALUES else getattr(member, column.name)
    shown = _shown(column.name, value)
    for each in (value, shown):
        if (other := column.words.get(_plain("" if each is None else str(each)))) is not None:
            return other
    return value.strftime(layout.dates) if isinstance(value, date) else shown


def _own_written(member: Member, column: LayoutColumn, own: OwnField, layout: ExportLayout) -> str:
    """Choices one after the other; a value may be written otherwise by its words here or by what is stored."""
    shown, answer = own.text(member), own.answer(member)
    for each in (answer, shown):
        if (other := column.words.get(_plain("" if each is None else str(each)))) is not None:
            return other
    return date.fromisoformat(str(answer)).strftime(layout.dates) if own.kind == "date" and answer else shown


def _shown(name: str, value: object) -> str:
    """In the reader's language."""
    if name == "gender":
        return str(Gender(str(value)).label) if value else ""
    if name == "state":
        return str(Member.State(str(value)).label)
    if name in CONSENTS:
        return exporting.consent(value if isinstance(value, bool) else None)
    return "" if value is None else str(value)


# What is no column of `Member`, or not of that day.
VALUES: Mapping[str, Callable[[Member, date], object]] = {
    "full_name": lambda member, day: member.name,
    "street_address": lambda member, day: member.street_address,
    "state": lambda member, day: member.state_then,  # type: ignore[attr-defined]
    "type": lambda member, day: member.type_then,  # type: ignore[attr-defined]
    "group": lambda member, day: member.groups_then,  # type: ignore[attr-defined]
    "household": lambda member, day: member.home,  # type: ignore[attr-defined]
    "household_number": lambda member, day: member.household_id,
    "age": lambda member, day: age_at(member.birth_date, day) if member.birth_date else None,
    "day": lambda member, day: day,
}


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Letters that the receiver's characters lack, by those next to them: Ł → L."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return in_ascii(lacking) or "?" * len(lacking), error.end


NEAREST = "kring.nearest"
codecs.register_error(NEAREST, _nearest)
