"""VAT numbers, by the rules of their country (python-stdnum); whether one is in use is another question."""

from __future__ import annotations

from stdnum.exceptions import ValidationError as NumberError
from stdnum.util import get_cc_module


class UnknownCountry(ValueError):
    """None whose numbers we can check."""


class NotValid(ValueError):
    """A digit is wrong, or one too many or too few."""


def checked(number: str, country: str) -> str:
    """As it is stored: with the two letters of its country, which may be left out for `country`. Raises UnknownCountry,
    NotValid."""
    letters = number[:2].upper() if number[:2].isalpha() else country
    module = get_cc_module(letters.lower(), "vat") if letters else None
    if module is None:
        raise UnknownCountry(number)
    try:
        plain: str = module.compact(number)
        module.validate(plain)
    except NumberError:
        raise NotValid(number) from None
    return plain if plain[:2].isalpha() else f"{letters}{plain}"
