"""QR codes: pictures of text, and the payment texts that banks' apps read."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import zxingcpp
from django.utils.html import format_html
from django.utils.safestring import SafeString

# Quiet zone around the code: readers need four modules.
QUIET_ZONE = 4
_BLACK = re.compile(rb"\0+")


@dataclass(frozen=True)
class Code:
    """A code's modules, a byte each, row by row: 0 is black. Without a quiet zone."""

    size: int
    modules: bytes

    @property
    def path(self) -> str:
        """The black modules as horizontal strokes, each in the middle of its row."""
        rows = enumerate(self.rows())
        return "".join(f"M{run.start()} {y}.5h{len(run[0])}" for y, row in rows for run in _BLACK.finditer(row))

    def rows(self) -> Iterator[bytes]:
        return (self.modules[at : at + self.size] for at in range(0, len(self.modules), self.size))


def svg(data: str | Code, *, title: str, css_class: str = "qr") -> SafeString:
    """An SVG to put inside a page: black on white in dark mode too, no inline style, `title` for screen readers."""
    code = _code(data)
    return format_html(
        '<svg role="img" viewBox="-{0} -{0} {1} {1}" class="{2}"><title>{3}</title>'
        '<path fill="#fff" d="M-{0} -{0}h{1}v{1}h-{1}z"/><path stroke="#000" d="{4}"/></svg>',
        *(QUIET_ZONE, code.size + 2 * QUIET_ZONE, css_class, title, code.path),
    )


def svg_file(data: str | Code) -> str:
    """The SVG as a file of its own, without margin: for documents, which leave room around it."""
    code = _code(data)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.size} {code.size}">'
        f'<path stroke="#000" d="{code.path}"/></svg>'
    )


def png(data: str | Code, *, scale: int = 8) -> bytes:
    """A PNG for an email; `scale` is pixels per module."""
    from PIL import Image

    code, out = _code(data), io.BytesIO()
    side = code.size + 2 * QUIET_ZONE
    picture = Image.new("L", (side, side), 255)
    picture.paste(Image.frombytes("L", (code.size, code.size), code.modules), (QUIET_ZONE, QUIET_ZONE))
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()


def transfer(
    *, currency: str, amount: Decimal, account: str, name: str, reference: str, structured: str = ""
) -> Code | None:
    """The payment text that a bank's app reads; None where no bank would accept it.

    `account` is an IBAN (spaces allowed) or, for złoty, a Polish NRB of 26 digits. `structured`: a reference that banks
    check, of letters and digits alone; a code of the euro has it instead of `reference`, never both.
    """
    account = "".join(account.split()).upper()
    if currency == "EUR" and account[:2].isalpha():
        return _epc(amount=amount, iban=account, name=name, reference=reference, structured=structured)
    polish_number = account.removeprefix("PL")
    if currency == "PLN" and re.fullmatch(r"\d{26}", polish_number):
        import segno

        text = _polish(amount=amount, nrb=polish_number, name=name, reference=reference)
        return _drawn(segno.make_qr(text, error="m"))
    return None


def _code(data: str | Code) -> Code:
    """At level M, for a code that is not one yet. segno would take four times as long."""
    if isinstance(data, Code):
        return data
    # Without it the letters' encoding is left to whoever reads the code.
    more = {} if data.isascii() else {"eci": "UTF-8"}
    code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **more)
    picture = memoryview(code.to_image(scale=1, add_quiet_zones=False))
    return Code(len(picture), picture.tobytes())


def _drawn(code: Any) -> Code:
    """Of segno, which writes letters as UTF-8 without saying so, as the banks want it: zxing-cpp cannot."""
    return Code(len(code.matrix), bytes(0 if module else 255 for row in code.matrix for module in row))


def _epc(*, amount: Decimal, iban: str, name: str, reference: str, structured: str) -> Code | None:
    """SEPA: EPC069-12, version 2. None for an amount outside the standard (zero)."""
    if not Decimal("0.01") <= amount <= Decimal("999999999.99"):
        return None
    from segno.helpers import make_epc_qr

    # 331 bytes in all: a name of 70 letters of three bytes would leave too little for the reference.
    receiver = _bytes(_line(name), 120)[:70]
    written = {"reference": structured} if structured else {"text": _bytes(_line(reference), 140)}
    return _drawn(make_epc_qr(receiver, iban, amount, encoding="utf-8", **written))


def _polish(*, amount: Decimal, nrb: str, name: str, reference: str) -> str:
    """The Polish banks' recommendation of 2013 on 2D codes, receiver without tax number; the amount in grosze.

    NIP | country | NRB | amount | receiver (20) | title (32) | three reserved fields
    """
    return "|".join(
        ["", "PL", nrb, f"{int(amount * 100):06d}", _polish_text(name, 20), _polish_text(reference, 32), "", "", ""]
    )


def _polish_text(text: str, length: int) -> str:
    """The characters the recommendation allows; others lose their accent, or are dropped."""
    kept = (letter if _POLISH.match(letter) else _POLISH_NOT.sub("", _plain(letter)) for letter in _line(text))
    return "".join(kept)[:length].strip()


_POLISH = re.compile(r"[A-Za-z0-9 ,./\\@#&*_ąćęłńóśźżĄĆĘŁŃÓŚŹŻ-]")
_POLISH_NOT = re.compile(r"[^A-Za-z0-9]")


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)


def _line(text: str) -> str:
    """One line: a line break would begin the next field."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _bytes(text: str, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore").strip()
