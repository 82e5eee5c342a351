"""A file of members as rows of text: tables, and contacts (vCard)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import vobject

from kring.core.sheets import reading
from kring.core.sheets.reading import Sheet
from kring.core.sheets.refusals import Unreadable


def read(content: bytes, *, language: str = "en") -> Sheet:
    """As `core.sheets.reading` reads it. Raises the refusals of `core.sheets`."""
    return reading.read(content, language=language, other=_cards)


def _cards(text: str) -> tuple[str, Iterator[list[str]]] | None:
    return ("vcard", _of_cards(text)) if text[:11].upper() == "BEGIN:VCARD" else None


def _of_cards(text: str) -> Iterator[list[str]]:
    """A first row of heads, then one for each card. Raises Unreadable."""
    yield [
        "first_name",
        "name_prefix",
        "last_name",
        "email",
        "other_email",
        "phone",
        "other_phone",
        *_OF_ADDRESS,
        "birth_date",
    ]
    try:
        for card in vobject.readComponents(text, ignoreUnreadable=True):
            names = getattr(getattr(card, "n", None), "value", None)
            full = str(getattr(getattr(card, "fn", None), "value", ""))
            first, _space, last = full.partition(" ")
            emails = _two([each.value for each in getattr(card, "email_list", [])])
            phones = _two([each.value for each in getattr(card, "tel_list", [])])
            address = getattr(getattr(card, "adr", None), "value", None)
            born = str(getattr(getattr(card, "bday", None), "value", ""))
            yield [
                *(_words(names, "given") or first, "", _words(names, "family") or last),
                *(*emails, *phones),
                *(_words(address, each) for each in ("street", "code", "city", "country")),
                f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 and born.isdigit() else born[:10],
            ]
    except (vobject.base.ParseError, ValueError, AttributeError, TypeError, IndexError):
        raise Unreadable() from None


_OF_ADDRESS = ("street_address", "postal_code", "city", "country")


def _words(value: Any, name: str) -> str:
    found = getattr(value, name, "") if value is not None else ""
    return " ".join(found) if isinstance(found, list) else str(found)


def _two(values: Sequence[Any]) -> tuple[str, str]:
    first, second, *_rest = [*map(str, values), "", ""]
    return first, second
