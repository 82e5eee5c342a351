"""PDF by typst: tagged (PDF/UA-1), in the fonts of `typst/fonts/`, without a network.

User input is passed as JSON and only ever read as text: a template never evaluates data as markup.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

log = logging.getLogger(__name__)

# PDF/UA-1.
PLAIN = ("ua-1",)
FOLDER = Path(__file__).parent / "typst"
# No name or text of ours is longer; layout time grows with it.
LONGEST = 20_000
# Of `render_apart`, in seconds: a hundred pages take one.
PATIENCE = 120


class _Compiler:
    """A typst compiler that keeps its fonts; one render at a time, because typst refuses two in one compiler."""

    def __init__(self, *, system_fonts: bool) -> None:
        # Three megabytes, in processes that may never make a document.
        import typst

        fonts = typst.Fonts(include_system_fonts=system_fonts, font_paths=[FOLDER / "fonts"])
        # Packages are never fetched: these folders do not exist.
        nowhere = FOLDER / "no-packages"
        self._compiler = typst.Compiler(root=FOLDER, font_paths=fonts, package_path=nowhere, package_cache_path=nowhere)
        self._lock = threading.Lock()

    def pdf(self, template: str, data: str, *, standards: list[Any], made_at: datetime | None) -> bytes:
        with self._lock:
            made = self._compiler.compile(
                FOLDER / template,
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards=standards,
                timestamp=None if made_at is None else int(made_at.timestamp()),
            )
        assert isinstance(made, bytes)
        return made


@cache
def _compiler(*, system_fonts: bool) -> _Compiler:
    return _Compiler(system_fonts=system_fonts)


def render(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    made_at: datetime | None = None,
    attachments: Mapping[str, str] | None = None,
    standards: Sequence[str] = PLAIN,
) -> bytes:
    """The PDF that `typst/<template>` makes of `data`, about 20 ms; the first in a process 60 ms, memory up to 50 MB.

    `data` is any JSON value and must have `title` and `language`. `files` are PNG or JPEG pictures, which the
    template finds as `data.files.<name>`. With `made_at` the same data give the same bytes. `attachments` are texts
    that the template attaches, by the names of their files (`data.attachments`).
    """
    return _compile(template, _text(data, files, attachments), made_at, standards)


def render_apart(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    made_at: datetime | None = None,
) -> bytes:
    """The same in a process of its own: a page takes up to a megabyte of memory, which ends with that process.

    For documents of many pages. No other document waits for it. Half a second more.
    """
    command = [sys.executable, "-I", __file__, template, made_at.isoformat() if made_at else ""]
    done = subprocess.run(
        command, input=_text(data, files).encode(), stdout=subprocess.PIPE, timeout=PATIENCE, check=True
    )
    return done.stdout


def _text(
    data: Mapping[str, object], files: Mapping[str, bytes] | None, attachments: Mapping[str, str] | None = None
) -> str:
    pictures = {name: _as_svg(content) for name, content in (files or {}).items()}
    beside = {"files": pictures, "attachments": dict(attachments or {})}
    return json.dumps({**_clean(data), **beside}, ensure_ascii=False)


def _compile(template: str, text: str, made_at: datetime | None, standards: Sequence[str] = PLAIN) -> bytes:
    from typst import TypstError

    for system_fonts in (False, True):
        try:
            return _compiler(system_fonts=system_fonts).pdf(template, text, standards=list(standards), made_at=made_at)
        except TypstError as error:
            if not error.message.startswith("PDF/"):
                raise
            # Without the text it quotes, which may be a person's name.
            why = re.split("[`'\"‘“]", error.message)[0]
    # Mostly a character that no font has: a box in its place, which PDF/UA forbids, is better than no document.
    log.warning("%s is made without %s: %s", template, ", ".join(standards), why)
    return _compiler(system_fonts=True).pdf(template, text, standards=[], made_at=made_at)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


# Pictographs: none of our fonts has them.
_EMOJI = re.compile("[\U0001f000-\U0001faff\ufe0e\ufe0f]")
# Joiners and soft hyphens shape words; the other invisible characters could only hide text or turn it around.
_SHAPING = frozenset("\u00ad\u200b\u200c\u200d\u2060")


def printable(text: str) -> str:
    """`text` without what cannot be printed: control characters, direction overrides, surrogates, emoji."""
    text = _EMOJI.sub("", unicodedata.normalize("NFC", text[:LONGEST]))
    return "".join(_printable_letter(letter) for letter in text)


def _printable_letter(letter: str) -> str:
    if letter == "\n" or letter in _SHAPING:
        return letter
    category = unicodedata.category(letter)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else letter


def _as_svg(picture: bytes) -> str:
    """The picture wrapped in an SVG: text, so that it can be passed to typst."""
    with Image.open(io.BytesIO(picture)) as image:
        (width, height), kind = image.size, image.get_format_mimetype()
    content = base64.b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {width} {height}"><image width="{width}" height="{height}"'
        f' xlink:href="data:{kind};base64,{content}"/></svg>'
    )


def _main() -> None:
    template, made_at = sys.argv[1:]
    text = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(_compile(template, text, datetime.fromisoformat(made_at) if made_at else None))


if __name__ == "__main__":
    _main()
