"""The number of the Polish register of people, which contains the day of birth."""

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
    """The eleven digits. Raises NoPesel for a wrong check digit, or an impossible or future day of birth.

    For people born from 2000 on 20 is added to the month, which the library handles.
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
    """The day of birth given in answers: directly, else in the PESEL number; None: in neither."""
    try:
        if day := answers.get("birth_date"):
            return date.fromisoformat(day)
        if number := answers.get("pesel"):
            return birth_date(checked(number))
    except (ValueError, TypeError):
        return None
    return None
