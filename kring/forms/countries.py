"""The countries of the world in the reader's language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language, to_locale

# Two-letter codes of CLDR that are in no passport or address: unions, outlying parts, codes for tests.
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def names() -> dict[str, str]:
    """Two-letter code → name, in the order of the reader's alphabet as far as Unicode defines it."""
    return _names(to_locale(get_language() or "en"))


def choices(now: str = "") -> list[tuple[str, str]]:
    """Choices of one country, or none. `now`: the saved value stays possible, also where it is no country."""
    found = names()
    unknown = [(now, now)] if now and now not in found else []
    return [("", "—"), *unknown, *found.items()]


def name(code: str) -> str:
    return names().get(code, code)


@lru_cache(maxsize=8)
def _names(locale: str) -> dict[str, str]:
    found = {
        code: str(name)
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda item: _sorting(item[1])))


def _sorting(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
