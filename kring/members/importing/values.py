"""Text as people type it, in English, Dutch and Polish, as what it means. Raises ValidationError with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kring.forms.countries import NO_COUNTRIES
from kring.members.models import Gender, Member

State = Member.State

GENDERS = {
    **dict.fromkeys(
        ("f", "v", "k", "vrouw", "female", "kobieta", "woman", "meisje", "dziewczyna", "2", "mevr", "pani"), "f"
    ),
    **dict.fromkeys(("m", "man", "male", "mężczyzna", "jongen", "chłopak", "1", "dhr", "pan"), "m"),
    **dict.fromkeys(("x", "anders", "other", "inna", "inne", "divers", "3", "non-binair", "nonbinary"), "x"),
    **dict.fromkeys(("u", "onbekend", "unknown", "nieznana", "0", "9", "?", "-"), ""),
}
YES = frozenset(("ja", "j", "yes", "y", "tak", "t", "true", "waar", "prawda", "1", "x", "✓", "akkoord", "zgoda"))
NO = frozenset(("nee", "n", "no", "nie", "false", "onwaar", "fałsz", "0", "-", "geen"))
STATES = {
    **dict.fromkeys(("active", "actief", "aktywny", "aktywna", "lid", "member", "członek", "actueel"), State.ACTIVE),
    **dict.fromkeys(("applicant", "applied", "aangemeld", "aspirant", "kandydat", "kandydatka"), State.APPLICANT),
    **dict.fromkeys(("suspended", "geschorst", "zawieszony", "zawieszona", "slapend"), State.SUSPENDED),
    **dict.fromkeys(
        ("left", "oud-lid", "oudlid", "uitgeschreven", "opgezegd", "były", "była", "inactief", "ex"), State.LEFT
    ),
    **dict.fromkeys(("deceased", "overleden", "zmarły", "zmarła"), State.DECEASED),
    **dict.fromkeys(
        ("honorary", "honorary member", "erelid", "honorowy", "honorowa", "członek honorowy"), State.HONORARY
    ),
}
LANGUAGES = {
    **dict.fromkeys(("nl", "nederlands", "dutch", "holenderski", "niderlandzki"), "nl"),
    **dict.fromkeys(("pl", "pools", "polish", "polski"), "pl"),
    **dict.fromkeys(("en", "engels", "english", "angielski"), "en"),
}
# Erases what the register has; a blank cell does not.
ERASE = frozenset(("[leeg]", "[pusto]", "[empty]"))
# Day 0 of spreadsheets, so that day 60, a 29 February 1900 that never was, does no harm to later ones.
EPOCH = date(1899, 12, 30)
PREFIXES = re.compile(
    r"(?:(?:van|von)(?: (?:de[nr]?|het|'t))?|de[nr]?|ten?|ter|in '?t|'t|op de|uit den|la|le|du|des|d'|el|al|zu)",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{1,4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,4})(?:[ T]\d{1,2}:\d{2}.*)?")
_NAMED = re.compile(r"(\d{1,2})[. ]+([^\W\d_]+)\.?[ ,]+(\d{2,4})")


def gender(text: str) -> str:
    return one_of(
        text, GENDERS | labels(Gender), _("“%(text)s” is no gender Kring knows: use V, M, X or leave it empty.")
    )


def state(text: str) -> str:
    return one_of(text, STATES | labels(State), _("“%(text)s” is no status Kring knows: use active, suspended, left …"))


def language(text: str) -> str:
    return one_of(text, LANGUAGES, _("“%(text)s” is none of the languages: use nl, pl or en."))


def country(text: str) -> str:
    plain = text.strip()
    if len(plain) == 2:
        return plain.upper()
    return one_of(plain, _countries(), _("“%(text)s” is no country Kring knows: use two letters, such as NL."))


def yes_or_no(text: str) -> bool:
    plain = text.strip().casefold()
    if plain in YES or plain in NO:
        return plain in YES
    raise ValidationError(_("“%(text)s” is neither yes nor no."), params={"text": text[:40]})


def is_month_first(texts: Iterable[str]) -> bool:
    """12/31/2012 in a column shows that all of it is American; one 31/12/2012 shows that it is not."""
    found = False
    for text in texts:
        if match := _DAY.fullmatch(text.strip()):
            first, second = int(match[1]), int(match[2])
            if len(match[1]) < 4 and first > 12:
                return False
            found = found or (len(match[1]) < 4 and second > 12)
    return found


def day(text: str, *, month_first: bool = False, is_past: bool = False) -> date:
    """`2012-05-03`, `3-5-2012`, `3/5/12`, `3.5.2012`, `3 mei 2012`, or a spreadsheet's number of a day (five digits).

    Two digits of a year are of the present century up to this year (`is_past`) or ten years on, else of the last.
    """
    plain = text.strip()
    try:
        if plain.isdigit() and len(plain) == 8:
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        if plain.isdigit() and len(plain) == 5:
            return EPOCH + timedelta(days=int(plain))
        if match := _DAY.fullmatch(plain):
            first, second, third = match.groups()
            if len(first) > 2:
                return date(int(first), int(second), int(third))
            if len(third) in (2, 4):
                month, number = (first, second) if month_first else (second, first)
                return date(_year(third, is_past), int(month), int(number))
        elif (match := _NAMED.fullmatch(plain)) and (found := _months().get(_begins(match[2]))):
            return date(_year(match[3], is_past), found, int(match[1]))
    except (ValueError, OverflowError):
        raise ValidationError(_("“%(text)s” is no day of the calendar."), params={"text": plain[:40]}) from None
    raise ValidationError(
        _("“%(text)s” is not a whole date: write day, month and year, such as 31-12-2012."), params={"text": plain[:40]}
    )


def split_name(text: str) -> tuple[str, str, str]:
    """First name, prefix, last name: of `Jan van der Berg`, `Berg, Jan van der` or `van der Berg, Jan`."""
    plain = " ".join(text.split())
    last, comma, rest = plain.partition(",")
    if comma:
        words = rest.split()
        for start in range(1, len(words)):
            if PREFIXES.fullmatch(" ".join(words[start:])):
                return " ".join(words[:start]), " ".join(words[start:]), last.strip()
        prefix, family = split_prefix(last.strip())
        return rest.strip(), prefix, family
    words = plain.split()
    for start in range(1, len(words) - 1):
        prefix, family = split_prefix(" ".join(words[start:]))
        if prefix:
            return " ".join(words[:start]), prefix, family
    return (" ".join(words[:-1]), "", words[-1]) if len(words) > 1 else ("", "", plain)


def split_prefix(text: str) -> tuple[str, str]:
    """`van der Berg` → `van der`, `Berg`."""
    words = text.split()
    for length in range(min(3, len(words) - 1), 0, -1):
        if PREFIXES.fullmatch(" ".join(words[:length])):
            return " ".join(words[:length]), " ".join(words[length:])
    return "", text


def split_address(text: str) -> tuple[str, str, str]:
    """Street, number, addition: of `Lange Voorhout 12 bis`, `Dorpsstraat 1a`, `ul. Polna 3/14`."""
    match = re.fullmatch(r"(.*?\D)\s*(\d{1,5})\s*([-/ ]?\s*[\w/ .-]{0,20})", " ".join(text.split()))
    if not match:
        return text.strip(), "", ""
    return match[1].strip(" ,"), match[2], match[3].strip(" ")


def one_of(text: str, known: Mapping[str, str], message: object) -> str:
    """What the text means. Raises ValidationError with the message."""
    plain = text.strip().casefold().rstrip(".")
    if plain in known:
        return known[plain]
    raise ValidationError(message, params={"text": text[:40]})  # type: ignore[arg-type]


def _year(text: str, is_past: bool) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    now = timezone.localdate().year
    full = now - now % 100 + year
    return full if full <= now + (0 if is_past else 10) else full - 100


@cache
def labels(choices: type[TextChoices]) -> dict[str, str]:
    """What Kring itself calls them, in its three languages: what was exported comes back."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(label).casefold(): value for value, label in choices.choices}
    return found


@cache
def _countries() -> dict[str, str]:
    found = {}
    for name in ("en", "nl", "pl"):
        for code, words in Locale.parse(name).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                found[str(words).casefold()] = code
    return found | {"holland": "NL", "the netherlands": "NL", "nederland": "NL", "niderlandy": "NL", "uk": "GB"}


@cache
def _months() -> dict[str, int]:
    """By their first three letters, in three languages and both forms of Polish."""
    found: dict[str, int] = {}
    for name in ("en", "nl", "pl"):
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, words in Locale.parse(name).months[form][width].items():
                    found.setdefault(_begins(str(words)), number)
    return found


def _begins(month: str) -> str:
    return month.casefold().strip(".")[:3]
