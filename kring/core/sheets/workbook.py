"""The first sheet with anything in it of an xlsx, xls or ods, read in a process of its own.

Its library takes memory for as many cells as a file says it has, and ends the process where there is none: a file of
two cells can say ten billion. Run as a program it is alone with the file: it reads that from its input, and writes an
answer of JSON. It imports nothing of Kring, so that it begins at once.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

# Of that process: its memory in bytes, its time on the processor in seconds, and the characters of its answer.
MEMORY, SECONDS, MOST_TEXT = 2 * 1024**3, 60, 100 * 1024**2
# What there may be instead of rows.
LARGE, PROTECTED, BAD, NOTHING = "large", "protected", "bad", "nothing"


def read(content: bytes, *, rows: int, columns: int, cells: int) -> list[list[str]] | str:
    """Its rows, as far as they go, or why there are none."""
    command = [sys.executable, "-I", __file__, str(rows), str(columns), str(cells)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=4 * SECONDS)
    except subprocess.TimeoutExpired:
        return LARGE
    if done.returncode:
        # A signal: there was no memory, or no time. An exit: the library gave up.
        return LARGE if done.returncode < 0 else BAD
    answer: list[list[str]] | str = json.loads(done.stdout)
    return answer


def _read(content: bytes, most: Mapping[str, int]) -> list[list[str]] | str:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                height, width = sheet.height, sheet.width
                if height > most["rows"] or width > most["columns"] or height * width > most["cells"]:
                    return LARGE
                if not height or not width:
                    continue
                rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                if sum(len(cell) for row in rows for cell in row) > MOST_TEXT:
                    return LARGE
                if any(map(any, rows)):
                    return rows
    except calamine.PasswordError:
        return PROTECTED
    except (
        calamine.CalamineError,
        calamine.XmlError,
        calamine.ZipError,
        calamine.WorksheetNotFound,
        OSError,
        ValueError,
    ):
        return BAD
    except MemoryError:
        return LARGE
    return NOTHING


def _text(cell: object) -> str:
    """As it would be typed. A whole number has no point: 04101 has become 4101, which its column knows to mend."""
    match cell:
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return str(cell.date()) if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return str(cell)
        case timedelta():
            return str(cell)
    return str(cell).replace("\0", "").strip()


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = dict(zip(("rows", "columns", "cells"), map(int, sys.argv[1:]), strict=True))
    json.dump(_read(sys.stdin.buffer.read(), most), sys.stdout)


if __name__ == "__main__":
    _main()
