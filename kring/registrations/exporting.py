"""The list as it is shown, as a file: the same filters, order and columns, all rows (R7, M6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from kring.core import spreadsheet
from kring.organisations import audit
from kring.organisations.here import here
from kring.registrations.columns import Column
from kring.registrations.listing import Listing, stream

FORMS = ("xlsx", "csv")


def export(file: IO[bytes], listing: Listing, columns: Sequence[Column], *, form: str, title: str) -> int:
    """Write all rows into `file` and note who took how many people's data out of the house (L1); how many.

    One statement reads them, row by row from the database: neither memory nor statements grow with the rows.
    """
    heads, rows = [str(column.label) for column in columns], _rows(listing, columns)
    if form == "xlsx":
        kinds = [column.kind for column in columns]
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(title, heads, kinds, rows)])
    else:
        number = spreadsheet.write_csv(file, heads, rows)
    audit.log("registrations.exported", listing.event or here(), new={"number": number, "form": form, "columns": heads})
    return number


def _rows(listing: Listing, columns: Sequence[Column]) -> Iterator[list[Any]]:
    values = [column.value for column in columns]
    for row in stream(listing, columns):
        yield [value(row) for value in values]
