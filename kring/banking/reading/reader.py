"""The door: a file of the bank, or a zip of many, read in a process of its own with limits.

What people upload may be meant to harm: a parser that takes all memory or time ends alone (as `core.sheets.workbook`).
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kring.banking.reading import refusals
from kring.banking.reading.facts import BankFile, from_json
from kring.core.refusals import Refusal

MEGABYTE = 1024 * 1024
MOST_MEGABYTES, MOST_FILES = 30, 500
SECONDS = 60
log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = "import sys; sys.path[:0] = [sys.argv[1]]; from kring.banking.reading.alone import main; main()"


def read(content: bytes, name: str = "", *, mappings: Mapping[str, Sequence[str]] | None = None) -> list[BankFile]:
    """One, or those of a zip. `mappings`: by `columns.signature`, what columns of tables are. Raises UnreadableFile.

    A file in a zip that cannot be read does not keep the others from it: it has a fault instead.
    """
    if not content.strip():
        raise refusals.EmptyBankFile()
    if len(content) > MOST_MEGABYTES * MEGABYTE:
        raise too_much()
    head = json.dumps({"name": name, "mappings": {key: list(each) for key, each in (mappings or {}).items()}}).encode()
    command = [sys.executable, "-I", "-c", _PROGRAM, str(_ROOT)]
    try:
        done = subprocess.run(command, input=head + b"\n" + content, capture_output=True, timeout=4 * SECONDS)
    except subprocess.TimeoutExpired:
        raise too_much() from None
    if done.returncode < 0:
        log.warning("The reader of bank files was ended by signal %s, at %s bytes.", -done.returncode, len(content))
        raise too_much()
    if done.returncode:
        # A fault of ours, whatever is in the file. Where it is, and not what it says: that may quote the file.
        log.error("The reader of bank files broke (%s) at: %s", done.returncode, _where(done.stderr))
        raise refusals.UnreadableFile()
    answer = json.loads(done.stdout)
    if isinstance(answer, dict):
        raise refusal_of(answer["code"], answer["facts"])
    return [from_json(BankFile, each) for each in answer]


def _where(stderr: bytes) -> str:
    """Files, lines and functions of a traceback, the innermost last, and the class of its error."""
    text = stderr.decode(errors="replace")
    places = re.findall(r'^  File "[^"]*?([^"/]+)", line (\d+), in (\S+)$', text, re.MULTILINE)
    errors = re.findall(r"^(?:\w+\.)*(\w+(?:Error|Exception))(?=:|$)", text, re.MULTILINE)
    return " > ".join([*(":".join(each) for each in places[-5:]), *errors[:1]]) or "unknown"


def refusal_of(code: str, facts: Mapping[str, object]) -> Refusal:
    return too_much() if code == refusals.TooMuch.code else refusals.BY_CODE[code](**facts)


def too_much() -> refusals.TooMuch:
    return refusals.TooMuch(megabytes=MOST_MEGABYTES, files=MOST_FILES)
