"""Tables as files for spreadsheets, written row by row: what they cost in memory does not grow with the rows.

What people typed stays text. A cell that a spreadsheet would take for a formula can read other cells and call out when
somebody opens the file: in xlsx it is written as a string, in csv it gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from babel.numbers import get_decimal_symbol

from kring.core.dates import local, locale

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
# Of a cell in xlsx.
LONGEST = 32_767
WIDTHS = {"money": 12, "number": 12, "date": 12, "moment": 18}


def harmless(text: str) -> str:
    """The same for people, and no formula for a spreadsheet. A plain number keeps its minus."""
    if not text.startswith(DANGEROUS):
        return text
    return text if text[0] == "-" and text[1:].replace(".", "", 1).isdecimal() else f"'{text}"


def write_csv(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A file that a spreadsheet in the active language opens by itself; how many rows it has."""
    comma = get_decimal_symbol(locale()) == ","
    # The BOM says UTF-8: otherwise a spreadsheet guesses, and letters with accents break.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow([harmless(head) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([_plain(value, comma) for value in row])
        count += 1
    text.flush()
    # The file stays open: it is the caller's.
    text.detach()
    return count


def _plain(value: Any, comma: bool) -> str:
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Decimal() | float() if comma:
            return str(value).replace(".", ",")
    return str(value)


def write_xlsx(
    file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]], *, kinds: Sequence[str], title: str
) -> int:
    """Write one sheet with a head that stays in sight; how many rows. `kinds`: text, number, money, date, moment."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        formats = [_format(book, kind) for kind in kinds]
        for column, kind in enumerate(kinds):
            sheet.set_column(column, column, WIDTHS.get(kind, 22))
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    _write(sheet, count, column, value, formats[column])
        if count:
            sheet.autofilter(0, 0, count, len(heads) - 1)
    return count


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, local(value).replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, value, style)


def _format(book: Any, kind: str) -> Any:
    shapes = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
    return book.add_format({"num_format": shapes[kind]}) if kind in shapes else None


def _sheet_name(title: str) -> str:
    """What Excel takes: 31 letters, none of []:*?/\\."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "Kring"
