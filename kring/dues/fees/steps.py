"""The words of the calculation's steps, in all languages: kept with a contribution, whoever reads it later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from kring.billing.models import AppliedRule
from kring.core import dates
from kring.core.languages import LANGUAGES
from kring.dues.fees.tables import Row

FOR_ALL = "%(type)s"
FROM_AGE = gettext_noop("%(type)s, %(first)s years and older")
UP_TO_AGE = gettext_noop("%(type)s, up to %(last)s years")
OF_AGES = gettext_noop("%(type)s, %(first)s to %(last)s years")
AGREED = gettext_noop("%(type)s, agreed amount")
IN_PARTS = gettext_noop("for the part paid each time")
JOINED_MONTHS = gettext_noop("member since %(day)s: %(left)s of %(all)s months")
JOINED_DAYS = gettext_noop("member since %(day)s: %(left)s of %(all)s days")
LEAVES_MONTHS = gettext_noop("member until %(day)s: %(left)s of %(all)s months")
LEAVES_DAYS = gettext_noop("member until %(day)s: %(left)s of %(all)s days")
ENTRY_FEE = gettext_noop("entry fee")


def step(amount: Decimal, text: str, **values: object) -> AppliedRule:
    return AppliedRule(0, in_all_languages(text, tuple(values.items())), amount)


def of_rule(rule: int, words: Mapping[str, str], amount: Decimal) -> AppliedRule:
    return AppliedRule(rule, words, amount)


def of_row(row: Row, name: str) -> AppliedRule:
    if row.is_for_all:
        return step(row.amount, FOR_ALL, type=name)
    if row.to_age is None:
        return step(row.amount, FROM_AGE, type=name, first=row.from_age)
    if row.from_age == 0:
        return step(row.amount, UP_TO_AGE, type=name, last=row.to_age)
    return step(row.amount, OF_AGES, type=name, first=row.from_age, last=row.to_age)


@lru_cache(maxsize=8192)
def in_all_languages(text: str, values: tuple[tuple[str, object], ...]) -> Mapping[str, str]:
    found = {}
    for code, _name in LANGUAGES:
        with translation.override(code):
            written = {name: dates.plain_day(value) if isinstance(value, date) else value for name, value in values}
            found[code] = gettext(text) % written
    return MappingProxyType(found)
