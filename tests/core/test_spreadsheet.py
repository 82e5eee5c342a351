"""Files for spreadsheets: typed values, no formulas, memory that does not grow with the rows."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from kring.core.spreadsheet import Sheet, harmless, write_csv, write_xlsx

ROW = ["Łucja", Decimal("12.50"), date(2026, 3, 1), datetime(2026, 3, 1, 10, 30, tzinfo=UTC), None, 7]
KINDS = ["text", "money", "date", "moment", "text", "number"]
HEADS = ["Who", "Price", "Day", "At", "Note", "Years"]


def as_csv(language: str, rows: list[list[Any]]) -> str:
    file = io.BytesIO()
    with translation.override(language):
        assert write_csv(file, HEADS, rows) == len(rows)
    return file.getvalue().decode("utf-8-sig")


def test_separator_and_decimal_sign_are_those_of_the_reader() -> None:
    assert as_csv("en", [ROW]).splitlines()[1].startswith("Łucja,12.50,2026-03-01,2026-03-01 ")
    assert as_csv("pl", [ROW]).splitlines()[1].startswith("Łucja;12,50;2026-03-01;")


def test_a_csv_says_that_it_is_utf8() -> None:
    file = io.BytesIO()
    write_csv(file, HEADS, [])

    assert file.getvalue().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1+1", "@x", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(said: str) -> None:
    assert harmless(said) == f"'{said}"
    assert list(csv.reader(io.StringIO(as_csv("en", [[said, *ROW[1:]]]), newline="")))[1][0] == f"'{said}"


@pytest.mark.parametrize("said", ["", "Ada", "-5", "-5.25", "1=1", "a@b.example"])
def test_other_words_and_negative_numbers_stay(said: str) -> None:
    assert harmless(said) == said


def parts(sheets: list[Sheet]) -> tuple[int, dict[str, str]]:
    file = io.BytesIO()
    count = write_xlsx(file, sheets)
    book = zipfile.ZipFile(io.BytesIO(file.getvalue()))
    return count, {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_an_xlsx_holds_values_and_no_formulas_or_links() -> None:
    rows = [ROW, ["=1+1", -1, None, None, "https://example.org", 0]]

    count, made = parts([Sheet("People", HEADS, KINDS, rows)])

    sheet = made["xl/worksheets/sheet1.xml"]
    assert count == 2
    assert "<v>12.50</v>" in sheet and "=1+1" in sheet
    assert "<f>" not in sheet and "hyperlink" not in sheet


def test_sheets_have_names_that_excel_takes_and_none_twice() -> None:
    names = ["A/B:C" * 10, "a b c" * 10, "", "x", "X"]

    _count, made = parts([Sheet(name, HEADS, KINDS, []) for name in names])

    assert len([name for name in made if "worksheets/" in name]) == 5


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(rows: int) -> int:
        with Path(os.devnull).open("wb") as nowhere:
            tracemalloc.start()
            write_csv(nowhere, HEADS, (ROW for _ in range(rows)))
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(10)
    assert peak(5_000) < 2 * peak(500) + 200_000
