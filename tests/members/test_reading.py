"""A file is never what its name says (M5)."""

from __future__ import annotations

import io
import signal
import string
import subprocess
import zipfile

import pytest
from rustpy_xlsxwriter import FastExcel

from kring.core.sheets import reading
from kring.core.sheets.refusals import CutOff, EmptyFile, PasswordProtected, SeveralFiles, TooLarge, Unreadable
from kring.members.importing.reading import read
from tests.members.sheets import as_csv, zipped

ROWS = [["Voornaam", "Achternaam"], ["Zoë", "Müller"], ["Łukasz", "Żak"]]
WESTERN = ROWS[:2]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_end_of_line(delimiter, end):
    assert read(as_csv(ROWS, encoding="utf-8", delimiter=delimiter, end=end)).rows == ROWS


@pytest.mark.parametrize(
    ("encoding", "rows"),
    [
        ("utf-8", ROWS),
        ("utf-8-sig", ROWS),
        ("utf-16", ROWS),
        ("utf-16-le", ROWS),
        ("utf-16-be", ROWS),
        ("cp1252", WESTERN),
        ("iso-8859-1", WESTERN),
        ("cp1250", [ROWS[0], ROWS[2]]),
        ("iso-8859-2", [ROWS[0], ["Mściwój", "Śliwa-Żądło"]]),
    ],
)
def test_any_encoding(encoding, rows):
    assert read(as_csv(rows, encoding=encoding)).rows == rows


def test_commas_in_texts_of_several_lines_are_no_delimiters():
    """Each line of such a text has one, so more lines have a comma than there are rows."""
    rows = [["Voornaam", "Dieet", "Notitie"], *[["Anna", "vis, geen vlees", '"rood\nvis, geen vlees"']] * 2]
    assert read(as_csv(rows, encoding="utf-8", end="\n")).rows[1] == [
        "Anna",
        "vis, geen vlees",
        "rood\nvis, geen vlees",
    ]


def test_a_comma_within_quotation_marks_is_no_delimiter():
    assert read(b'name,address\n"Jansen, Piet","Dorp\nstraat 1"\n').rows[1] == ["Jansen, Piet", "Dorp\nstraat 1"]


def test_a_workbook_is_read_whatever_it_is_called():
    made = io.BytesIO()
    FastExcel(made).sheet("Leden", iter([{"Voornaam": "Zoë", "Nummer": 4101.0}])).save()
    assert read(made.getvalue()).rows == [["Voornaam", "Nummer"], ["Zoë", "4101"]]


def test_a_zip_holds_one_file():
    assert read(zipped(leden_csv=as_csv(ROWS, encoding="utf-8"))).rows == ROWS
    with pytest.raises(SeveralFiles):
        read(zipped(a_csv=b"a;b", b_csv=b"a;b"))


def test_a_card_is_a_row():
    lines = [
        "VERSION:3.0",
        "N:Berg;Jan;;;",
        "FN:Jan Berg",
        "EMAIL:jan@mail.example",
        "TEL:+31612345678",
        "BDAY:19800131",
    ]
    card = "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode()
    heads, row = read(card + card).rows[:2]
    found = dict(zip(heads, row, strict=True))
    assert (found["first_name"], found["last_name"], found["birth_date"]) == ("Jan", "Berg", "1980-01-31")


def test_a_bomb_is_not_unpacked():
    with pytest.raises(TooLarge):
        read(zipped(leden_csv=b"0" * (40 * reading.MEGABYTE)))


def workbook(cells):
    """An xlsx of these cells, each by its name."""
    made, there = io.BytesIO(), io.BytesIO()
    FastExcel(made).sheet("Leden", iter([{"a": "b"}])).save()
    rows = "".join(
        f'<row r="{cell.lstrip(string.ascii_uppercase)}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
        for cell in cells
    )
    with zipfile.ZipFile(made) as given, zipfile.ZipFile(there, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in given.namelist():
            text = given.read(name)
            if name.startswith("xl/worksheets/"):
                text = b"<sheetData>".join([text.split(b"<sheetData>")[0], rows.encode()])
                text += b"</sheetData></worksheet>"
            archive.writestr(name, text)
    return there.getvalue()


def test_a_workbook_of_two_cells_far_apart_is_too_large_and_harms_nobody():
    """Its library would take memory for all cells between them, and end the process."""
    assert read(workbook(["A1", "B2"])).rows == [["x", ""], ["", "x"]]
    for corner in ("XFD1048576", "XFD20000", "KO3", "A100001"):
        with pytest.raises(TooLarge):
            read(workbook(["A1", corner]))


def test_a_workbook_is_read_in_a_process_of_its_own(monkeypatch):
    def killed(*_given, **_options):
        return subprocess.CompletedProcess([], -signal.SIGKILL)

    def gave_up(*_given, **_options):
        return subprocess.CompletedProcess([], 1)

    def goes_on(*_given, **_options):
        raise subprocess.TimeoutExpired([], 1)

    for ending, refusal in ((killed, TooLarge), (goes_on, TooLarge), (gave_up, Unreadable)):
        monkeypatch.setattr(subprocess, "run", ending)
        with pytest.raises(refusal):
            read(workbook(["A1"]))


def test_a_file_has_limits():
    with pytest.raises(TooLarge):
        read(";".join("a" * 301).encode())
    with pytest.raises(TooLarge):
        read(b"a\n" * (reading.MOST_ROWS + 1))


def test_what_is_protected_or_broken_is_said_so():
    with pytest.raises(PasswordProtected):
        read(reading._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    with pytest.raises(Unreadable):
        read(reading._OLE + b"\0" * 600)
    with pytest.raises(Unreadable):
        read(b"PK\x03\x04 not a zip at all")
    with pytest.raises(Unreadable):
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    with pytest.raises(EmptyFile):
        read(b"\n\n  \n")


def test_a_file_that_breaks_off_is_not_taken_for_whole():
    with pytest.raises(CutOff):
        read(as_csv(ROWS, encoding="utf-16")[:-3])
    with pytest.raises(CutOff):
        read(b'name;notes\nAnna;"this never ends\nBob;x\n')
