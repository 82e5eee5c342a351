"""Files for spreadsheets: typed values, no formulas, memory that does not grow with the rows."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from kring.core.spreadsheet import LONGEST, Sheet, harmless, write_csv, write_xlsx

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


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+A1",
        "-1+1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        "+1;A1",
        "-sum(A1)",
        "＝1",
        "=cmd|' /C calc'!A0",
        "+1 ext. A1",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"
    assert list(csv.reader(io.StringIO(as_csv("en", [[typed, *ROW[1:]]]), newline="")))[1][0] == f"'{typed}"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Ada",
        "-5",
        "-5.25",
        "1=1",
        "a@b.example",
        "-",
        "+31 6 12345678",
        "+48 (22) 600-70-80",
        "+31 20 6241111 ext. 5",
    ],
)
def test_other_words_numbers_and_telephone_numbers_stay(typed: str) -> None:
    assert harmless(typed) == typed


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
    assert "<v>12.5</v>" in sheet and "=1+1" in sheet
    assert "<f>" not in sheet and "hyperlink" not in sheet


def names_of(titles: list[str]) -> list[str]:
    _count, made = parts([Sheet(title, HEADS, KINDS, []) for title in titles])
    return [html.unescape(name) for name in re.findall(r'<sheet name="([^"]*)"', made["xl/workbook.xml"])]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rock 'n' roll", "Rock 'n' roll"),
        ("'quoted'", "quoted"),
        ("x" * 30 + "' y", "x" * 30),
        ("A/B:C [d]*?\\", "A B C d"),
        ("", "Kring"),
        (" '\u200b\x00' ", "Kring"),
        ("a\x07\tb\ud800\ufffe\u202ec", "a b c"),
        ("hIStory", "hIStory 2"),
        ("\N{CAMPING}" * 20, "\N{CAMPING}" * 15),
        ("x" + "\N{CAMPING}" * 20, "x" + "\N{CAMPING}" * 15),
        ("Dzień dobry, to jest długi tytuł", "Dzień dobry, to jest długi tytu"),
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(title: str, name: str) -> None:
    assert names_of([title]) == [name]


def test_sheets_of_one_name_are_told_apart_however_many() -> None:
    titles = ["x", "X", "History", "history", "STRASSE", "Straße", "z" * 32, "z" * 40, *["y" * 31] * 1_005]

    names = names_of(titles)

    assert names[:6] == ["x", "X 2", "History 2", "history 3", "STRASSE", "Straße 2"]
    assert names[6:8] == ["z" * 31, "z" * 29 + " 2"]
    assert names[-1] == "y" * 26 + " 1005"
    assert len({name.lower() for name in names}) == len(titles) and max(map(len, names)) == 31


def test_a_cell_is_cut_where_excel_ends_it() -> None:
    _count, made = parts([Sheet("People", ["Who"], ["text"], [["\N{CAMPING}" * 20_000]])])

    assert made["xl/worksheets/sheet1.xml"].count("\N{CAMPING}") == LONGEST // 2


def cells(sheet: str) -> dict[str, str]:
    return dict(re.findall(r'<c r="(\w+)"([^/]*(?:/(?!c>)[^/]*)*)</c>', sheet))


def test_values_are_typed_and_a_cell_may_be_of_another_type_than_its_column() -> None:
    other = ["x" * 40_000, "no number", "no day", None, "", True]
    early = [None, -1, date(1850, 1, 1), None, "a\x01b", 0]

    _count, made = parts([Sheet("People", HEADS, KINDS, [ROW, other, early])])

    found = cells(made["xl/worksheets/sheet1.xml"])
    assert found["A1"] == ' s="1" t="inlineStr"><is><t>Who</t></is>'
    assert (found["B2"], found["C2"]) == (' s="2"><v>12.5</v>', ' s="3"><v>46082.0</v>')
    assert found["D2"].startswith(' s="4"><v>46082.')
    assert "E2" not in found and "D3" not in found and "E3" not in found
    assert found["A3"].count("x") == LONGEST
    assert found["B3"] == ' s="2" t="inlineStr"><is><t>no number</t></is>'
    assert found["F3"] == ' t="b"><v>1</v>'
    # Before Excel's time begins.
    assert found["C4"] == ' s="3" t="inlineStr"><is><t>1850-01-01</t></is>'
    assert found["E4"] == ' t="inlineStr"><is><t>a_x0001_b</t></is>'
    assert [shape for shape in ("yyyy-mm-dd", "#,##0.00", "hh:mm") if shape not in made["xl/styles.xml"]] == []


def test_two_columns_called_the_same_are_two_columns() -> None:
    _count, made = parts([Sheet("People", ["City", "City", "City"], ["text"] * 3, [["Ede", "Ulm", "Bern"]])])

    sheet = made["xl/worksheets/sheet1.xml"]
    assert all(heading in sheet for heading in ("City<", "City (2)<", "City (3)<", "Ede<", "Ulm<", "Bern<"))


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
