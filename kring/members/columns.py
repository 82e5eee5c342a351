"""The columns of the register: one catalogue for forms, import, export, API and log.

`Column.clean` takes what somebody typed or a program sent and returns what is stored. Raises ValidationError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kring.core import addresses, iban, names
from kring.forms import countries
from kring.forms.fields import PhoneField
from kring.members.models import BankAccount, Gender, Member

OLDEST = 130
FIRST_YEAR, LAST_YEAR = 1850, 2199
_POSTAL_CODES = {
    # Country: what is left of letters and digits, and how it is written.
    "NL": (re.compile(r"([1-9]\d{3})([A-Z]{2})"), r"\1 \2"),
    "PL": (re.compile(r"(\d{2})(\d{3})"), r"\1-\2"),
    "BE": (re.compile(r"([1-9]\d{3})"), r"\1"),
    "DE": (re.compile(r"(\d{5})"), r"\1"),
}
# Spreadsheets turn 04101 into a number and drop the zero.
_DIGITS = {"PL": 5, "DE": 5}


@dataclass(frozen=True)
class Column:
    name: str
    label: str | Promise
    clean: Callable[[Any, str], Any]
    is_of_bank: bool = False


def cleaned(values: Mapping[str, Any], *, region: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Each value as it is stored, and what is wrong with the others, by column. Unknown names raise KeyError.

    `region`: the country of the organisation, for telephone numbers and postal codes without a country.
    """
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    region = _region(values.get("country"), region)
    for name, value in values.items():
        try:
            found[name] = COLUMNS[name].clean(value, region)
        except ValidationError as error:
            errors[name] = list(error.messages)
    return found, errors


def _region(country: Any, otherwise: str) -> str:
    code = str(country or "").strip().upper()
    return code if code in countries.names() else otherwise


def _text(value: Any, region: str, *, longest: int, is_required: bool = False, is_name: bool = False) -> str:
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if text and is_name:
        text = names.clean(text)
    elif names.UNSTORABLE.search(text):
        raise ValidationError(_("This contains characters that cannot be displayed."))
    if is_required and not text:
        raise ValidationError(_("This is required."))
    if len(text) > longest:
        message = ngettext_lazy("At most %(most)d character.", "At most %(most)d characters.", longest)
        raise ValidationError(message % {"most": longest})
    return text


def _email(value: Any, region: str) -> str:
    text = str(value or "").strip()
    return addresses.canonical(text) if text else ""


def _phone(value: Any, region: str) -> str:
    text = str(value or "").strip()
    found: str = _phone_field(region).clean(text) if text else ""
    return found


@cache
def _phone_field(region: str) -> PhoneField:
    return PhoneField(region=region, required=False)


def _birth_date(value: Any, region: str) -> date | None:
    day = _day(value, region)
    if day is not None:
        if day > timezone.localdate():
            raise ValidationError(_("The date of birth is in the future."))
        if day.year < timezone.localdate().year - OLDEST:
            raise ValidationError(_("The date of birth cannot be right: nobody is that old."))
    return day


def _day(value: Any, region: str) -> date | None:
    """A date, or one in ISO notation: other notations are for those who read them, forms and import."""
    if value in (None, ""):
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValidationError(_("This is not a date. Write 2026-03-31.")) from None
    check_year(day)
    return day


def check_year(day: date) -> None:
    """Beyond, somebody mistyped it; and a day more would be beyond the calendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Please check the year."), code="year")


def _gender(value: Any, region: str) -> str:
    text = str(value or "").strip()
    if text not in Gender.values:
        raise ValidationError(_("This is not one of the choices."))
    return text


def _country(value: Any, region: str) -> str:
    code = str(value or "").strip().upper()
    if code and code not in countries.names():
        raise ValidationError(_("This is not a country. Use two letters, such as NL or PL."))
    return code


def _postal_code(value: Any, region: str) -> str:
    text = _text(value, region, longest=12).upper()
    pattern, form = _POSTAL_CODES.get(region, (None, ""))
    if not text or pattern is None:
        return text
    plain = re.sub(r"[\s.-]", "", text)
    if plain.isdigit() and len(plain) == _DIGITS.get(region, 0) - 1:
        plain = f"0{plain}"
    found = pattern.fullmatch(plain)
    if not found:
        raise ValidationError(
            _("This is not a postal code of %(country)s."), params={"country": countries.name(region)}
        )
    return found.expand(form)


def _language(value: Any, region: str) -> str:
    text = str(value or "").strip().lower()
    if text and text not in dict(settings.LANGUAGES):
        raise ValidationError(_("This is not one of the languages."))
    return text


def _yes_or_no(value: Any, region: str) -> bool | None:
    if value not in (True, False, None, ""):
        raise ValidationError(_("This is neither yes nor no."))
    return None if value == "" else value


def _iban(value: Any, region: str) -> str:
    text = str(value or "").strip()
    return iban.account_number(text) if text else ""


def _of_member(name: str, clean: Callable[..., Any] | None = None, **how: Any) -> Column:
    column: Any = Member._meta.get_field(name)
    if clean is None:
        clean = partial(_text, longest=column.max_length, **how)
    return Column(name, column.verbose_name, clean)


def _of_bank(name: str, clean: Callable[[Any, str], Any]) -> Column:
    column: Any = BankAccount._meta.get_field(name)
    return Column(name, column.verbose_name, clean, is_of_bank=True)


# In the order of forms, lists and exports. `number` may be left out where a new one is wanted.
COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        _of_member("number"),
        _of_member("first_name", is_required=True, is_name=True),
        _of_member("call_name", is_name=True),
        _of_member("initials", is_name=True),
        _of_member("name_prefix", is_name=True),
        _of_member("last_name", is_required=True, is_name=True),
        _of_member("gender", _gender),
        _of_member("birth_date", _birth_date),
        _of_member("email", _email),
        _of_member("other_email", _email),
        _of_member("phone", _phone),
        _of_member("other_phone", _phone),
        _of_member("street", is_name=True),
        _of_member("house_number"),
        _of_member("house_addition"),
        _of_member("postal_code", _postal_code),
        _of_member("city", is_name=True),
        _of_member("country", _country),
        _of_member("language", _language),
        _of_member("joined_on", _day),
        _of_member("left_on", _day),
        _of_member("photo_consent", _yes_or_no),
        _of_member("newsletter_consent", _yes_or_no),
        _of_member("sharing_consent", _yes_or_no),
        _of_member("notes"),
        _of_bank("iban", _iban),
        _of_bank("holder", partial(_text, longest=140, is_name=True)),
    )
}
ADDRESS = ("street", "house_number", "house_addition", "postal_code", "city", "country")
# Given at once with a consent's own verb; see consents.py.
CONSENTS = {"photo_consent": "photo", "newsletter_consent": "newsletter", "sharing_consent": "sharing"}
