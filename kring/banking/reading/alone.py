"""The process that reads: from its input a line of JSON and the file, to its output the facts as JSON."""

from __future__ import annotations

import hashlib
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from kring.banking.reading import camt, pain002, swift, tables, xml_files
from kring.banking.reading.facts import BankFile, as_json
from kring.banking.reading.xml_files import CannotRead
from kring.core.refusals import Refusal
from kring.core.sheets import reading as sheets

MEMORY, SECONDS = 2 * 1024**3, 60
MOST_FILES, MOST_UNPACKED = 500, 200 * 1024**2
type Mappings = Mapping[str, Sequence[str]]


def read_all(content: bytes, name: str, mappings: Mappings) -> list[BankFile]:
    if not content.startswith(b"PK\x03\x04"):
        return [read_one(content, name, mappings)]
    found = []
    for inside, part in _unpacked(content):
        try:
            found.append(read_one(part, inside, mappings))
        except CannotRead as error:
            bad = BankFile(name=inside, digest=hashlib.sha256(part).hexdigest())
            bad.fault("unreadable", refusal=error.code, **error.facts)
            found.append(bad)
    if not found:
        raise CannotRead("empty_bank_file")
    return found


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    """The files of a zip, before which its sizes are looked at: what it says, and what comes out."""
    found, size = [], 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [
                each
                for each in archive.infolist()
                if not each.is_dir() and not _is_hidden(each.filename) and each.file_size
            ]
            if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > MOST_UNPACKED:
                raise CannotRead("bank_file_too_large")
            for each in entries:
                if each.flag_bits & 1:
                    raise CannotRead("encrypted_bank_file")
                with archive.open(each) as part:
                    found.append((each.filename[-200:], part.read(MOST_UNPACKED - size + 1)))
                size += len(found[-1][1])
                if size > MOST_UNPACKED:
                    raise CannotRead("bank_file_too_large")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise CannotRead("unreadable_bank_file") from None
    return found


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def read_one(content: bytes, name: str, mappings: Mappings) -> BankFile:
    into = BankFile(name=name, digest=hashlib.sha256(content).hexdigest())
    if not content.strip():
        raise CannotRead("empty_bank_file")
    if content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise CannotRead("unreadable_bank_file")
    text = _decoded(content, into)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        _read_xml(start, into)
    elif swift.LOOKS_LIKE.search(start):
        swift.read(start, into)
    else:
        _read_table(content, into, mappings)
    if into.kind != "csv" and not into.statements and not into.status_reports:
        into.fault("empty")
    check(into)
    return into


def _read_xml(text: str, into: BankFile) -> None:
    root = xml_files.parse(text, into)
    if root.find(".//CstmrPmtStsRpt") is not None or root.find(".//OrgnlGrpInfAndSts") is not None:
        pain002.read(root, into)
    elif any(root.find(f".//{name}") is not None for name in camt.CONTAINERS):
        camt.read(root, into)
    else:
        kind = re.search(r"(?:camt|pain|pacs)\.\d{3}", xml_files.namespace(text))
        raise CannotRead("other_bank_message", kind=kind[0] if kind else root.tag[:40])


def _read_table(content: bytes, into: BankFile, mappings: Mappings) -> None:
    try:
        sheet = sheets.read(content)
    except Refusal as refusal:
        known = {"file_too_large": "bank_file_too_large", "incomplete_file": "incomplete_bank_file"}
        raise CannotRead(known.get(refusal.code, "unreadable_bank_file")) from None
    if max(map(len, sheet.rows)) < 3:
        raise CannotRead("unreadable_bank_file")
    tables.read(sheet.rows, into, mappings)


def _decoded(content: bytes, into: BankFile) -> str:
    """As the file says of itself, else as it looks."""
    declared = re.match(rb"""[\xef\xbb\xbf\s]*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""", content[:200])
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(declared[1].decode())
        except (LookupError, UnicodeDecodeError):
            into.fault("encoding")
    try:
        return sheets.decode(content, "en")[0]
    except Refusal:
        raise CannotRead("unreadable_bank_file") from None


def check(into: BankFile) -> None:
    for statement in into.statements:
        if statement.gap:
            into.fault("balance", amount=f"{statement.gap:.2f}")


def main() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    head, _end, content = sys.stdin.buffer.read().partition(b"\n")
    facts = json.loads(head)
    answer: Any
    try:
        answer = [as_json(each) for each in read_all(content, facts["name"], facts["mappings"])]
    except CannotRead as error:
        answer = {"code": error.code, "facts": error.facts}
    except (MemoryError, RecursionError):
        answer = {"code": "bank_file_too_large", "facts": {}}
    json.dump(answer, sys.stdout)
