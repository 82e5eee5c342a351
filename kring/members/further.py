"""What apps above keep about members, as columns of files beside those of the register (M5, M6).

further.parts.add("contribution", AgreedContribution())     # in the app's ready()
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Expression, Subquery
from django.utils.functional import Promise

from kring.accounts.models import User
from kring.core.registry import Registry
from kring.members.models import Member

# As JSON has it: amounts and days are text.
type Kept = str | bool | None


@dataclass(frozen=True)
class FurtherColumn:
    """`heads`: what other programs call it, as `core.sheets.heads.plain` leaves words. `read`: what a cell means;
    raises ValidationError. `cell`: what a file has, which `read` knows again. `empty`: as it is kept where there is
    nothing. `choices`: where there are few possible values, with their labels. `kind`: as `spreadsheet.Sheet` has it.
    """

    name: str
    label: str | Promise
    heads: str
    read: Callable[[str], Kept]
    value: Callable[[], Expression | Subquery]
    cell: Callable[[object], object]
    empty: Kept = ""
    kind: str = "text"
    choices: Sequence[tuple[str, str | Promise]] = ()


class Further:
    columns: Sequence[FurtherColumn] = ()

    def wrong(self, values: Mapping[str, Kept]) -> Mapping[str, list[str]]:
        """By column, what is wrong with these values of one member together."""
        return {}

    def change(self, member: Member, values: Mapping[str, Kept], *, by: User | None) -> None:
        """These columns; those left out stay. Raises a Refusal."""
        raise NotImplementedError


parts = Registry[Further]("part of what is kept about members")


def columns() -> dict[str, FurtherColumn]:
    """By their names."""
    return {column.name: column for part in parts for column in part.columns}


def of(members: Collection[int]) -> dict[int, dict[str, Kept]]:
    """What is kept about each of these, by column. One statement, none where no app has any."""
    known = columns()
    if not known or not members:
        return {}
    values = {name: column.value() for name, column in known.items()}
    rows = Member.objects.filter(pk__in=members).annotate(**values).values("pk", *known)
    return {row.pop("pk"): {name: _kept(value, known[name].empty) for name, value in row.items()} for row in rows}


def wrong(values: Mapping[str, Kept]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        own = {column.name for column in part.columns} & values.keys()
        found |= part.wrong({name: values[name] for name in own})
    return found


def change(member: Member, values: Mapping[str, Kept], *, by: User | None) -> None:
    """Raises a Refusal."""
    for part in parts:
        if own := {column.name for column in part.columns} & values.keys():
            part.change(member, {name: values[name] for name in own}, by=by)


def _kept(value: object, empty: Kept) -> Kept:
    if value is None:
        return empty
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    assert isinstance(value, str | bool)
    return value
