"""The number of the Polish register of people, which tells the day of birth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from stdnum.exceptions import ValidationError as NumberError
from stdnum.pl import pesel


class NoPesel(ValueError):
    pass


def checked(number: str) -> str:
    """The eleven digits. Raises NoPesel for a wrong check digit, or a day that is none or has not come yet.

    Who was born from 2000 on has 20 added to the month, which the library knows.
    """
    try:
        plain: str = pesel.validate(number)
        born = birth_date(plain)
    except (NumberError, KeyError, ValueError):
        raise NoPesel from None
    if born > localdate():
        raise NoPesel
    return plain


def birth_date(number: str) -> date:
    found: date = pesel.get_birth_date(number)
    return found


def born(answers: Mapping[str, Any]) -> date | None:
    """The day of birth that answers tell: asked for by itself, else by the PESEL number; None: they do not."""
    try:
        if day := answers.get("birth_date"):
            return date.fromisoformat(day)
        if number := answers.get("pesel"):
            return birth_date(checked(number))
    except (ValueError, TypeError):
        return None
    return None
