"""Tables as files for spreadsheets, written row by row: memory does not grow with the rows.

User input stays text. A cell that a spreadsheet takes for a formula could read other cells and make requests when the
file is opened: in xlsx it is written as a string, in csv it gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from unicodedata import category, normalize

from babel.numbers import get_decimal_symbol
from rustpy_xlsxwriter import FastExcel, Format

from kring.core.dates import local, locale

# Also as East Asian keyboards type them.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A number, a telephone number, also with an extension, a lone sign: these cannot name a cell or a function.
HARMLESS = re.compile(r"[+-][\d ().,/-]*( ext\. \d+)?")
# Of a cell in xlsx.
LONGEST = 32_767
# Of the name of a sheet; and the one Excel keeps for itself.
LONGEST_NAME = 31
RESERVED = "history"
FIRST_YEAR = 1900
SHAPES = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
WIDTHS = {"money": 12, "number": 12, "date": 12, "moment": 18}


def harmless(text: str) -> str:
    """The same text for a reader, and no formula for a spreadsheet."""
    return f"'{text}" if text.startswith(DANGEROUS) and not HARMLESS.fullmatch(text) else text


def unmarked(text: str) -> str:
    """What `harmless` was given."""
    is_marked = text.startswith("'") and text.lstrip("'").startswith(DANGEROUS)
    return text[1:] if is_marked and not HARMLESS.fullmatch(text[1:]) else text


def write_csv(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A file that a spreadsheet in the active language opens without settings; how many rows it has."""
    comma = get_decimal_symbol(locale()) == ","
    # The BOM marks UTF-8: otherwise a spreadsheet guesses, and accented letters break.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow([harmless(head) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([_plain(value, comma) for value in row])
        count += 1
    text.flush()
    # The caller closes the file.
    text.detach()
    return count


def write_plain_csv(
    file: IO[bytes],
    heads: Sequence[str] | None,
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str,
    encoding: str,
    errors: str = "strict",
) -> int:
    """The same as another program wants it: how many rows. What looks like a formula is marked all the same."""
    text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="", write_through=False)
    writer = csv.writer(text, delimiter=delimiter)
    if heads is not None:
        writer.writerow([harmless(head) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _plain(value: object, comma: bool) -> str:
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
    """Write the sheets one after the other, with frozen header rows; how many rows they have together."""
    counts: list[int] = []
    # By its path: into an open file the library would write from memory, all at once.
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        book = FastExcel(made.name).freeze(row=1)
        _add(book, sheets, counts)
        book.save()
        shutil.copyfileobj(made, file)
    return sum(counts)


def _add(book: FastExcel, sheets: Iterable[Sheet], counts: list[int]) -> None:
    styles = {kind: Format().set_num_format(shape) for kind, shape in SHAPES.items()}
    plain, bold = Format(), Format().set_bold()
    names: set[str] = set()
    for each in sheets:
        book.sheet(
            _sheet_name(each.title, names),
            _records(each, counts),
            column_widths=[float(WIDTHS.get(kind, 22)) for kind in each.kinds],
            column_formats=[styles.get(kind, plain) for kind in each.kinds],
            header_format=bold,
            autofilter=bool(each.heads),
        )


def _records(content: Sheet, counts: list[int]) -> Iterator[dict[str, object]]:
    """Each row by its headings: the first row defines them, so there is an empty one where there are no rows."""
    heads, count = _heads(content.heads), 0
    for row in content.rows:
        count += 1
        yield dict(zip(heads, map(_cell, row), strict=True))
    if not count and heads:
        yield dict.fromkeys(heads)
    counts.append(count)


def _cell(value: object) -> Any:
    # Written as a string, whatever it looks like: nothing in it becomes a formula or a link.
    if type(value) is str:
        return _cut(value, LONGEST) or None
    if isinstance(value, datetime):
        value = local(value).replace(tzinfo=None)
    # Excel's earliest date.
    return value.isoformat() if isinstance(value, date) and value.year < FIRST_YEAR else value


def _heads(heads: Sequence[str]) -> list[str]:
    """Each once: two questions may have the same text."""
    found: dict[str, None] = {}
    for head in heads:
        name, number = head, 2
        while name in found:
            name, number = f"{head} ({number})", number + 1
        found[name] = None
    return list(found)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel accepts: 31 letters, none of []:*?/\\, no apostrophe at an end, not "History", each name once."""
    clean = " ".join("".join(" " if _bars(letter) else letter for letter in title).split())
    name, number = _short(clean, LONGEST_NAME) or "Kring", 2
    while (key := _compared(name)) in taken or key == RESERVED:
        end = f" {number}"
        name, number = f"{_short(clean, LONGEST_NAME - len(end)) or 'Kring'}{end}", number + 1
    taken.add(key)
    return name


def _bars(letter: str) -> bool:
    """Not allowed in a sheet's name, or invisible there: controls, lone surrogates, what XML forbids."""
    return letter in "[]:*?/\\\ufffe\uffff" or category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _short(name: str, most: int) -> str:
    return _cut(name.strip(" '"), most).rstrip(" '")


def _compared(name: str) -> str:
    return normalize("NFKC", name).casefold()


def _cut(text: str, most: int) -> str:
    """No longer than `most` as Excel counts: a character beyond the first 65,536, such as most emoji, is two."""
    if 2 * len(text) <= most:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
