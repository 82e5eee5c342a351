"""Accepting a file as an answer: not too large, and its content of an accepted type."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

from kring.core import codes
from kring.core.registry import Hooks
from kring.forms.models import Upload
from kring.forms.refusals import FileBroken, FileEmpty, FileOfOtherKind, FileTooLarge
from kring.organisations import limits
from kring.organisations.limits import Limit, Unit

# Called with its size in bytes before a file is kept; they may refuse.
before_files = Hooks[[int], None]("before a file is kept")
MEGABYTE = 1024 * 1024
USUAL_MEGABYTES = 10
ANSWER = limits.declare(
    Limit(
        "answer_file",
        limits.FILES,
        _("A file as an answer, or a document of a member"),
        _("A question may allow less; what it does not say is 10 MB. Documents that prove something: 10 MB."),
        default=25,
        unit=Unit.MEGABYTES,
    )
)
MOST_MEGABYTES = ANSWER.default
# A small file may decompress into gigabytes: a picture with more pixels than this is not decoded.
MOST_PIXELS = 60_000_000
HEAD = 64 * 1024
MOST_PARTS = 20_000
# Signature of an entry in the central directory of a ZIP archive.
PART = b"PK\x01\x02"
# A byte order mark, and blanks: programs that pass a file on as text leave them before its content.
BEFORE = b"\xef\xbb\xbf\xfe\xff \t\r\n\f\0"
# Also the signatures of programs that write an archive in several pieces.
ARCHIVES = (b"PK\x03\x04", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
# Programs, markup and animations, whatever is hidden in them.
OTHERS = (b"MZ", b"\x7fELF", b"#!", b"<", b"GIF8")
OPEN_XML = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@dataclass(frozen=True)
class FileKind:
    """A kind of file that a question accepts, by the media types of its content; each with its extension."""

    label: str | Promise
    types: dict[str, str]


KINDS = {
    "picture": FileKind(_("picture"), {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}),
    "pdf": FileKind(_("PDF"), {"application/pdf": ".pdf"}),
    "document": FileKind(
        _("document"),
        {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
            "application/vnd.oasis.opendocument.text": ".odt",
        },
    ),
    "spreadsheet": FileKind(
        _("spreadsheet"),
        {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
            "application/vnd.oasis.opendocument.spreadsheet": ".ods",
        },
    ),
}


def kinds(accepts: Collection[str]) -> dict[str, FileKind]:
    """Those a question accepts; all when it names none."""
    return {key: kind for key, kind in KINDS.items() if not accepts or key in accepts}


# Other extensions of the same content: a browser offers files by their names alone.
ALSO = {".jpg": [".jpeg", ".jpe", ".jfif"]}


def endings(accepts: Collection[str]) -> list[str]:
    """All extensions of files of these kinds."""
    known = [ending for kind in kinds(accepts).values() for ending in kind.types.values()]
    return [each for ending in known for each in (ending, *ALSO.get(ending, []))]


def take(file: UploadedFile, *, accepts: Collection[str] = (), megabytes: int = USUAL_MEGABYTES) -> Upload:
    """Save the file, not yet part of any answers. Raises FileEmpty, FileTooLarge, FileOfOtherKind, FileBroken.

    A file that is never submitted as an answer is deleted after a day.
    """
    size = file.size or 0
    if not size:
        raise FileEmpty()
    if size > min(megabytes, MOST_MEGABYTES) * MEGABYTE:
        raise FileTooLarge(most=min(megabytes, MOST_MEGABYTES))
    content_type = _content_type(file, accepts)
    for ask in before_files:
        ask(size)
    key = codes.secret()
    file.seek(0)
    return Upload.objects.create(
        key=key, file=file, name=_name(file.name or "", content_type), content_type=content_type, size=size
    )


def _content_type(file: UploadedFile, accepts: Collection[str]) -> str:
    """The media type by its content, among those accepted; the name is ignored."""
    accepted = {each for kind in kinds(accepts).values() for each in kind.types}
    file.seek(0)
    found = _type_of(file, file.read(HEAD))
    if found not in accepted:
        raise FileOfOtherKind(kinds=", ".join(str(kind.label) for kind in kinds(accepts).values()))
    return found


def _type_of(file: UploadedFile, head: bytes) -> str:
    """ "" where the content begins like none of our kinds. Raises FileBroken where only the beginning is right."""
    begins = head.lstrip(BEFORE)
    if begins.startswith(ARCHIVES):
        return _office_document(file)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        return _picture(file)
    # As PDF readers look for it: programs for mail, printers and scanners write something before it.
    return "application/pdf" if b"%PDF-" in head[:1024] and not begins.startswith(OTHERS) else ""


def _picture(file: UploadedFile) -> str:
    """Raises FileBroken also for one that would decompress into more than we would ever decode."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise FileBroken()
                # The format of many telephones: a JPEG with a second picture after it.
                found = Image.MIME["JPEG" if image.format == "MPO" else image.format or ""]
                image.verify()
                return found
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileBroken()
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError, KeyError, struct.error):
        # Pillow's errors for a file that is broken, truncated, or no picture.
        raise FileBroken()


def _office_document(file: UploadedFile) -> str:
    """Both families name their type in a small file inside the archive; of it no more than a head is unpacked."""
    if _parts_in(file) > MOST_PARTS:
        raise FileBroken()
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            # Programs differ in capitals, and in a leading slash.
            names = {name.lstrip("/").lower(): name for name in archive.namelist()}
            if found := names.get("mimetype"):
                return _head_of(archive, found).decode("utf-8-sig", "replace").strip().lower()
            if found := names.get("[content_types].xml"):
                return _microsoft(_head_of(archive, found))
            # Not all versions of the format require the part that names the type: the list of parts names it too.
            if found := names.get("meta-inf/manifest.xml"):
                return _open_document(_head_of(archive, found))
    except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error, struct.error):
        raise FileBroken()
    return ""


def _parts_in(file: UploadedFile) -> int:
    """An upper bound of the number of entries: reading a directory of half a million takes 10 s, counting no time."""
    found, before = 0, b""
    file.seek(0)
    while chunk := file.read(MEGABYTE):
        found += (before + chunk).count(PART)
        before = (before + chunk)[1 - len(PART) :]
    return found


def _microsoft(types: bytes) -> str:
    """Not those with macros, whose main part is of another type."""
    text = types.decode("utf-16" if types.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    for found in OPEN_XML:
        if re.search(rf"""(["']){re.escape(found)}\.main\+xml\1""", text, re.IGNORECASE):
            return found
    return ""


def _open_document(manifest: bytes) -> str:
    """The type of the whole archive, by its list of parts: the entry whose path is "/"."""
    text = manifest.decode("utf-16" if manifest.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    for entry in re.findall(r"<[\w.-]*:?file-entry\s[^>]*>", text):
        attributes = dict(re.findall(r"""(?:[\w.-]+:)?(full-path|media-type)\s*=\s*["']([^"']*)["']""", entry))
        if attributes.get("full-path") == "/":
            return attributes.get("media-type", "").strip().lower()
    return ""


def _head_of(archive: ZipFile, name: str) -> bytes:
    # The methods of office programs. Others decompress a whole block at once, however little of it is read.
    if archive.getinfo(name).compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise FileBroken()
    with archive.open(name) as part:
        return part.read(HEAD)


def _name(given: str, content_type: str) -> str:
    """The original name, made harmless, with the extension of its type: no system opens it as another thing."""
    ending = next(kind.types[content_type] for kind in KINDS.values() if content_type in kind.types)
    stem = PurePath(given.replace("\\", "/")).stem
    plain = "".join(letter for letter in stem if letter.isprintable() and letter not in '/\\:*?"<>|').strip(" .")
    return f"{plain[:150] or 'file'}{ending}"
