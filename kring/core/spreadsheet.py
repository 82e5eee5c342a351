"""Tables as files for spreadsheets, written row by row: what they cost in memory does not grow with the rows.

What people typed stays text. A cell that a spreadsheet would take for a formula can read other cells and call out when
somebody opens the file: in xlsx it is written as a string, in csv it gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from babel.numbers import get_decimal_symbol

from kring.core.dates import local, locale

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
# Of a cell in xlsx.
LONGEST = 32_767
SHAPES = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
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


@dataclass(frozen=True)
class Sheet:
    """`kinds` of the columns: text, number, money, date, moment."""

    title: str
    heads: Sequence[str]
    kinds: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_xlsx(file: IO[bytes], sheets: Iterable[Sheet]) -> int:
    """Write the sheets one after the other, with heads that stay in sight; how many rows they have together."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        styles = {kind: book.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
        names: set[str] = set()
        return sum(
            _write_sheet(book.add_worksheet(_sheet_name(each.title, names)), each, bold, styles) for each in sheets
        )


def _write_sheet(sheet: Any, content: Sheet, bold: Any, styles: dict[str, Any]) -> int:
    formats = [styles.get(kind) for kind in content.kinds]
    for column, kind in enumerate(content.kinds):
        sheet.set_column(column, column, WIDTHS.get(kind, 22))
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(content.heads):
        sheet.write_string(0, column, head, bold)
    count = 0
    for row in content.rows:
        count += 1
        for column, value in enumerate(row):
            if value is not None and value != "":
                _write(sheet, count, column, value, formats[column])
    if count:
        sheet.autofilter(0, 0, count, len(content.heads) - 1)
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


def _sheet_name(title: str, taken: set[str]) -> str:
    """What Excel takes: 31 letters, none of []:*?/\\, and each name once."""
    clean = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip()[:31] or "Kring"
    name, number = clean, 2
    while name.lower() in taken:
        name, number = f"{clean[:27]} {number}", number + 1
    taken.add(name.lower())
    return name
