"""What is no statement, or meant to harm, is refused in words, and alone."""
# ruff: noqa: E501 (the lines of banks are long)

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.banking.reading import alone, reader, refusals
from kring.banking.reading.alone import CannotRead, read_one
from kring.banking.reading.facts import BankFile, as_json, from_json
from kring.banking.reading.faults import in_words
from kring.demo.bank_statements import camt053, mt940
from tests.banking.statements import OURS, line, statement

GOOD = camt053([statement(line("1.00", name="Zoë Łuksza"))])
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<Document><BkToCstmrStmt><Stmt><Id>&b;</Id></Stmt></BkToCstmrStmt></Document>"
)


def packed(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty_bank_file"),
    (b"  \n ", "empty_bank_file"),
    (b"<!DOCTYPE html><html><body>Session expired</body></html>", "bank_file_is_html"),
    (b"<html><head><title>Log in</title>", "bank_file_is_html"),
    (BOMB.encode(), "bank_file_with_doctype"),
    (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document/>', "bank_file_with_doctype"),
    (BOMB.encode("utf-16"), "bank_file_with_doctype"),
    (GOOD[:-60], "incomplete_bank_file"),
    (b"<Document><pacs.008.001.02/></Document>", "other_bank_message"),
    (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>', "other_bank_message"),
    (b"hello", "unreadable_bank_file"),
    (bytes(range(256)) * 20, "unreadable_bank_file"),
    (b"%PDF-1.7 x", "unreadable_bank_file"),
    (b"PK\x03\x04nonsense", "unreadable_bank_file"),
    (b"<" * 100_000, "unreadable_bank_file"),
    (b"<a>" * 100_000, "unreadable_bank_file"),
])  # fmt: skip
def test_what_is_no_statement_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(refusals.UnreadableFile) as refused:
        reader.read(content)

    # Deep nesting ends at the parser's limit, which is its last line too.
    assert refused.value.code in (code, "incomplete_bank_file" if content.startswith(b"<a>") else code)
    assert str(refused.value)


def test_a_good_file_through_the_process() -> None:
    (found,) = reader.read(GOOD, "a.xml")

    assert (found.name, found.kind, found.statements[0].lines[0].name) == ("a.xml", "camt.053", "Zoë Łuksza")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "cp1252"])
def test_xml_in_the_encoding_it_says(encoding: str) -> None:
    text = GOOD.decode().replace("Łuksza", "Müller").replace("UTF-8", encoding)

    assert read_one(text.encode(encoding), "", {}).statements[0].lines[0].name == "Zoë Müller"


def test_a_wrong_encoding_is_a_fault() -> None:
    content = GOOD.decode().replace("Łuksza", "Müller").encode("cp1252")

    found = read_one(content, "", {})

    assert (found.statements[0].lines[0].name, [fault.code for fault in found.faults]) == ("Zoë Müller", ["encoding"])


def test_control_characters_are_left_out() -> None:
    found = read_one(GOOD.replace("Zoë".encode(), b"Zo\x01&#x2;e"), "", {})

    assert (found.statements[0].lines[0].name, [fault.code for fault in found.faults]) == ("Zoe Łuksza", ["control"])


def test_many_files_in_a_zip_and_a_bad_one_keeps_none_from_it() -> None:
    content = packed(
        ("a.xml", GOOD), ("b.sta", mt940([statement(line("2.00"))])), ("__MACOSX/._a.xml", b"x"), ("c.html", b"<html>")
    )

    found = reader.read(content)

    assert [(each.name, each.kind) for each in found] == [("a.xml", "camt.053"), ("b.sta", "mt940"), ("c.html", "")]
    assert "web page" in in_words(found[2].faults[0])


def test_a_zip_with_a_password_is_refused_in_words() -> None:
    content = bytearray(packed(("a.xml", GOOD)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1

    with pytest.raises(refusals.Encrypted):
        reader.read(bytes(content))


def test_a_zip_that_would_fill_the_disk_is_refused() -> None:
    with pytest.raises(refusals.TooMuch):
        reader.read(packed(("a.xml", b"\0" * (alone.MOST_UNPACKED + 1))))
    with pytest.raises(refusals.TooMuch):
        reader.read(packed(*((f"{number}.xml", b"x") for number in range(alone.MOST_FILES + 1))))


def test_a_zip_in_a_zip_is_not_unpacked() -> None:
    (found,) = reader.read(packed(("b.zip", packed(("a.xml", GOOD)))))

    assert [fault.facts["refusal"] for fault in found.faults] == ["unreadable_bank_file"]


def test_the_process_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_PROGRAM", "import resource, signal, os; os.kill(os.getpid(), signal.SIGXCPU)")

    with pytest.raises(refusals.TooMuch):
        reader.read(GOOD)


def test_that_the_reader_broke_is_logged_without_what_it_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reader, "_PROGRAM", "import sys; int(sys.stdin.read())")

    with pytest.raises(refusals.UnreadableFile):
        reader.read(b"ada@example.org\nNL91ABNA0417164300")

    [line] = caplog.messages
    assert line == "The reader of bank files broke (1) at: <string>:1:<module> > ValueError"


def test_a_process_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object, **more: object) -> None:
        raise subprocess.TimeoutExpired(sys.executable, 1)

    monkeypatch.setattr(subprocess, "run", never)

    with pytest.raises(refusals.TooMuch):
        reader.read(GOOD)


def test_ten_thousand_lines() -> None:
    made = statement(*(line("1.00", text=f"number {number}", bank_reference=f"R{number}") for number in range(10_000)))

    (found,) = reader.read(camt053([made]))

    assert (len(found.statements[0].lines), found.statements[0].gap) == (10_000, 0)


def test_facts_are_the_same_after_their_way_as_text() -> None:
    (found,) = reader.read(GOOD)

    assert from_json(BankFile, as_json(found)) == found


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode(errors="ignore"))))
def test_garbage_is_read_or_refused_and_breaks_nothing(content: bytes) -> None:
    for start in (
        b"",
        b":20:X\n:25:" + OURS.encode() + b"\n:61:",
        b"<Document><BkToCstmrStmt><Stmt>",
        b"Datum;Bedrag;Naam\n",
    ):
        try:
            found = read_one(start + content, "", {})
        except CannotRead as error:
            assert error.code in refusals.BY_CODE
        else:
            assert all(in_words(fault) for fault in found.faults)
