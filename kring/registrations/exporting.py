"""The list as it is shown, as a file: the same filters, order and columns, all rows (R7, M6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import IO

from kring.core import spreadsheet
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.registrations.columns import Column, Row
from kring.registrations.listing import Listing, stream

FORMS = ("xlsx", "csv")
# Types of answers that are exported as they are stored.
AS_THEY_ARE = ("text", "long_text", "email", "phone", "file", "pesel", "choice", "choices")
# The number of different answers to one question whose text is cached.
MOST_KNOWN = 1_000
NOTHING: Mapping[str, str] = {}


def export(file: IO[bytes], listing: Listing, columns: Sequence[Column], *, form: str, title: str) -> int:
    """Write all rows into `file` and log who exported how many people's data (L1). Returns the number.

    One statement reads them, row by row as they come: neither memory nor statements grow with the rows.
    """
    heads, rows = [str(column.label) for column in columns], _rows(listing, columns)
    if form == "xlsx":
        kinds = [column.kind for column in columns]
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(title, heads, kinds, rows)])
    else:
        number = spreadsheet.write_csv(file, heads, rows)
    audit.log(
        "registrations.exported",
        listing.event or current_organisation(),
        new={"number": number, "form": form, "columns": heads},
    )
    return number


def _rows(listing: Listing, columns: Sequence[Column]) -> Iterator[list[object]]:
    values = [_value_of(column) for column in columns]
    for row in stream(listing, columns):
        yield [value(row) for value in values]


def _value_of(column: Column) -> Callable[[Row], object]:
    """`column.value`, faster: the text of values shared by many rows is looked up once."""
    if column.is_answer:
        name = column.source
        if column.kind in AS_THEY_ARE and not column.choices:
            return lambda row: (row["answer_texts"] or NOTHING).get(name)
        return _once_each(column, lambda row: (row["answer_texts"] or NOTHING).get(name))
    if column.kind == "rules":
        return column.value
    if not column.choices and column.kind != "method":
        return itemgetter(column.source)
    return _once_each(column, itemgetter(column.source))


def _once_each(column: Column, key: Callable[[Row], object]) -> Callable[[Row], object]:
    known: dict[object, object] = {}

    def value(row: Row) -> object:
        written = key(row)
        if written not in known:
            if len(known) > MOST_KNOWN:
                known.clear()
            known[written] = column.value(row)
        return known[written]

    return value
