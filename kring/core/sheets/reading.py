"""A file as rows of text, whatever it calls itself: only its content counts.

xlsx, xls and ods (workbook.py), csv in any encoding and with any delimiter, or a zip of one of them. Limits stand
before anything is unpacked. Raises the refusals beside.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kring.core.sheets import workbook
from kring.core.sheets.refusals import CutOff, EmptyFile, PasswordProtected, SeveralFiles, TooLarge, Unreadable
from kring.core.spreadsheet import unmarked

MEGABYTE = 1024 * 1024
MOST_MEGABYTES, MOST_UNPACKED = 30, 300 * MEGABYTE
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 300, 3_000_000
# A table is never more compressible than this; a bomb is.
MOST_RATIO = 400
DELIMITERS = ";,\t|"
# Of a text that is no table, such as vCards, its kind and its rows; None where it is one.
type OtherText = Callable[[str], tuple[str, Iterable[list[str]]] | None]
# Letters that Polish and Dutch names have, by which the two Windows code pages are told apart.
_POLISH, _WESTERN = set("ąćęłńśźżĄĆĘŁŃŚŹŻ"), set("äëïöüéèêáàâîôûçñøåæßÄËÏÖÜÉÈÇØÅÆ")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """`rows`: the first is the first of the file; all have the same number of cells, without blanks around them."""

    rows: list[list[str]]
    kind: str
    encoding: str = ""
    delimiter: str = ""


def read(content: bytes, *, language: str = "en", other: OtherText | None = None) -> Sheet:
    """The first sheet with anything in it. `language` decides between code pages where the letters do not."""
    if len(content) > MOST_MEGABYTES * MEGABYTE:
        raise _too_large()
    if not content.strip():
        raise EmptyFile()
    if content.startswith(b"PK\x03\x04"):
        return _from_zip(content, language, other)
    if content.startswith(_OLE):
        return _from_workbook(content, "xls")
    text, encoding = decode(content, language)
    if other is not None and (found := other(text.lstrip("\ufeff").lstrip())) is not None:
        kind, rows = found
        return Sheet(_even(rows), kind, encoding)
    return _from_text(text, encoding)


def decode(content: bytes, language: str) -> tuple[str, str]:
    """The text, and the name of its encoding. Every file can be decoded somehow: people see it before it counts."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    if (guess := _utf16_without_a_mark(content)) is not None:
        return _decoded(content, guess), guess
    if b"\0" in content:
        raise Unreadable()
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    western, polish = content.decode("cp1252", "replace"), content.decode("cp1250", "replace")
    found = Counter(western)
    score_west = sum(found[letter] for letter in _WESTERN)
    score_polish = sum(Counter(polish)[letter] for letter in _POLISH)
    # Iso-8859-2 differs from cp1250 in a few letters of Polish: it is recognised by those.
    if b"\xb1" in content or b"\xb6" in content or b"\xbc" in content:
        latin2 = content.decode("iso-8859-2", "replace")
        if sum(Counter(latin2)[letter] for letter in _POLISH) > score_polish:
            return latin2, "iso-8859-2"
    if score_polish > score_west or (score_polish == score_west and language == "pl"):
        return polish, "cp1250"
    return western, "cp1252"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CutOff(row=content[: error.start].count(b"\n")) from None


def _utf16_without_a_mark(content: bytes) -> str | None:
    beginning = content[:400]
    if len(beginning) < 4 or beginning.count(b"\0") < len(beginning) // 4:
        return None
    return "utf-16-le" if beginning[1:2] == b"\0" else "utf-16-be"


def _from_zip(content: bytes, language: str, other: OtherText | None) -> Sheet:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            unpacked, packed = (
                sum(getattr(entry, name) for entry in entries) for name in ("file_size", "compress_size")
            )
            if unpacked > MOST_UNPACKED or (unpacked > 10 * MEGABYTE and unpacked > MOST_RATIO * max(packed, 1)):
                raise _too_large()
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return _from_workbook(content, "xlsx")
            if "mimetype" in names and "content.xml" in names:
                _demand_no_password(archive, names)
                return _from_workbook(content, "ods")
            files = [entry for entry in entries if not entry.filename.startswith(("__MACOSX/", "."))]
            if len(files) != 1:
                raise SeveralFiles(number=len(files))
            if files[0].flag_bits & 1:
                raise PasswordProtected()
            if files[0].file_size > MOST_MEGABYTES * MEGABYTE:
                raise _too_large()
            inside = archive.read(files[0])
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise Unreadable() from None
    if inside.startswith(b"PK\x03\x04") and not _is_workbook(inside):
        raise Unreadable()
    return read(inside, language=language, other=other)


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool({"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(archive.namelist()))
    except zipfile.BadZipFile:
        return False


def _demand_no_password(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml")[:MEGABYTE]:
        raise PasswordProtected()


def _from_workbook(content: bytes, kind: str) -> Sheet:
    found = workbook.read(content, rows=MOST_ROWS, columns=MOST_COLUMNS, cells=MOST_CELLS)
    if isinstance(found, list):
        return Sheet(_even(found), kind)
    is_encrypted = content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content
    if found == workbook.PROTECTED or (found == workbook.BAD and is_encrypted):
        raise PasswordProtected()
    if found == workbook.LARGE:
        raise _too_large()
    if found == workbook.BAD:
        raise Unreadable()
    raise EmptyFile()


def _from_text(text: str, encoding: str) -> Sheet:
    delimiter = delimiter_of(text)
    csv.field_size_limit(MEGABYTE)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(_lines(text), delimiter=delimiter, strict=False):
            rows.append([unmarked(cell.replace("\0", "").strip()) for cell in row])
            cells += len(row)
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise _too_large()
    except csv.Error:
        raise CutOff(row=len(rows)) from None
    if text.count('"') % 2 and rows and any("\n" in cell for cell in rows[-1]):
        # The last field never ends: all that follows a lost quotation mark would be one cell.
        raise CutOff(row=len(rows))
    even = _even(rows)
    if not even:
        raise EmptyFile()
    return Sheet(even, "csv", encoding, delimiter)


def _lines(text: str) -> io.StringIO:
    """Lines end as on any system; inside of quotation marks they are kept."""
    return io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")


def delimiter_of(text: str) -> str:
    """The one that divides most rows, then gives most of them the same number of cells, then most cells.

    Others stand in texts, and in fewer rows: the head has none of them.
    """
    sample = [line for line in _lines(text[:20_000]).readlines()[:60] if line.strip()]
    best, most = ";", (0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            continue
        divided = Counter(width for width in widths if width > 1)
        if divided:
            width, number = max(divided.items(), key=lambda item: (item[1], item[0]))
            found = divided.total() / len(widths), number / len(widths), width
            if found > most:
                best, most = delimiter, found
    return best


def _even(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """All as wide as the widest, without empty rows at the end and empty columns at the right."""
    found = [list(row) for row in rows]
    while found and not any(found[-1]):
        found.pop()
    width = max((place + 1 for row in found for place, cell in enumerate(row) if cell), default=0)
    _demand_size(len(found), width)
    return [(row + [""] * width)[:width] for row in found]


def _demand_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise _too_large()


def _too_large() -> TooLarge:
    return TooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=MOST_MEGABYTES)
