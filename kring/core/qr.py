"""QR codes: pictures of text, and the payment texts that banks' apps read."""

from __future__ import annotations

import io
import re
import unicodedata
from decimal import Decimal

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString
from segno.helpers import make_epc_qr

# Quiet zone around the code: readers need four modules.
QUIET_ZONE = 4
MASK = 2
_PATH = re.compile(r' d="([^"]*)"')


def svg(data: str | segno.QRCode, *, title: str, css_class: str = "qr") -> SafeString:
    """An SVG to put inside a page: black on white in dark mode too, no inline style, `title` for screen readers."""
    code = _code(data)
    drawn = code.svg_inline(svgclass=None, lineclass=None, omitsize=True, border=QUIET_ZONE)
    return format_html(
        '<svg role="img" viewBox="0 0 {0} {0}" class="{1}"><title>{2}</title>'
        '<path fill="#fff" d="M0 0h{0}v{0}h-{0}z"/><path stroke="#000" d="{3}"/></svg>',
        *(code.symbol_size(border=QUIET_ZONE)[0], css_class, title, _PATH.search(drawn)[1]),  # type: ignore[index]
    )


def svg_file(data: str | segno.QRCode) -> str:
    """The SVG as a file of its own, without margin: for documents, which leave room around it."""
    out = io.BytesIO()
    _code(data).save(out, kind="svg", xmldecl=False, omitsize=True, border=0)
    return out.getvalue().decode()


def png(data: str | segno.QRCode, *, scale: int = 8) -> bytes:
    """A PNG for a mail; `scale` is pixels per module."""
    out = io.BytesIO()
    _code(data).save(out, kind="png", scale=scale, border=QUIET_ZONE)
    return out.getvalue()


def transfer(*, currency: str, amount: Decimal, account: str, name: str, reference: str) -> segno.QRCode | None:
    """The payment text that a bank's app reads; None where no bank would accept it.

    `account` is an IBAN (spaces allowed) or, for złoty, a Polish NRB of 26 digits.
    """
    account = "".join(account.split()).upper()
    if currency == "EUR" and account[:2].isalpha():
        return _epc(amount=amount, iban=account, name=name, reference=reference)
    polish_number = account.removeprefix("PL")
    if currency == "PLN" and re.fullmatch(r"\d{26}", polish_number):
        return segno.make_qr(_polish(amount=amount, nrb=polish_number, name=name, reference=reference), error="m")
    return None


def _code(data: str | segno.QRCode) -> segno.QRCode:
    """Choosing among eight masks takes nine tenths of the time; a signature is random enough under any of them."""
    return data if isinstance(data, segno.QRCode) else segno.make_qr(data, error="m", mask=MASK)


def _epc(*, amount: Decimal, iban: str, name: str, reference: str) -> segno.QRCode | None:
    """SEPA: EPC069-12, version 2, unstructured reference. None for an amount outside the standard (zero)."""
    if not Decimal("0.01") <= amount <= Decimal("999999999.99"):
        return None
    # 331 bytes in all: a name of 70 letters of three bytes would leave too little for the reference.
    return make_epc_qr(
        _bytes(_line(name), 120)[:70], iban, amount, text=_bytes(_line(reference), 140), encoding="utf-8"
    )


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
