"""The contents of an email, kept as typed values from the moment of the fact until the mail is composed (N1).

A fact is JSON: a text in one line, a number, null, or `{kind: values}`. The kind decides how the values are formatted
in the language of the mail. Apps register kinds of their own: `@written_as("places")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from kring.core import dates
from kring.core import money as amounts
from kring.core.registry import Registry
from kring.organisations.current import current_organisation

type Fact = str | int | Promise | dict[str, list[Any]] | None


class How(Enum):
    """How a fact is put into the Markdown of an email: only `LINK` and `MARKDOWN` unescaped."""

    TEXT = auto()
    LINES = auto()
    MARKDOWN = auto()
    LINK = auto()


@dataclass(frozen=True)
class Writer:
    write: Callable[..., str]
    how: How


@dataclass(frozen=True)
class WrittenFact:
    """In the language of the mail."""

    text: str
    how: How


writers = Registry[Writer]("kind of fact")


def written_as[Write: Callable[..., str]](kind: str, how: How = How.TEXT) -> Callable[[Write], Write]:
    """Register the function that writes the values of `{kind: values}`, in the active language."""

    def register(write: Write) -> Write:
        writers.add(kind, Writer(write, how))
        return write

    return register


def write(fact: Fact) -> WrittenFact:
    """In the active language. Raises NotRegistered for an unknown kind."""
    if not isinstance(fact, dict):
        return WrittenFact("" if fact is None else str(fact), How.TEXT)
    [(kind, values)] = fact.items()
    writer = writers[kind]
    return WrittenFact(writer.write(*values), writer.how)


def kept(facts: Mapping[str, Fact]) -> dict[str, object]:
    """As the outbox keeps them, without the empty ones. Lazy texts are evaluated in the active language."""
    return {key: _plain(fact) for key, fact in facts.items() if fact is not None}


def _plain(value: object) -> object:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, str):
        # PostgreSQL cannot store this character.
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def link(url: str | None) -> Fact:
    """An address made by us, never one that was typed."""
    return {"link": [url]} if url else ""


def lines(text: str) -> Fact:
    """A text that keeps its lines."""
    return {"lines": [text]} if text else ""


def markdown(text: str) -> Fact:
    """Markdown written by staff, or a picture of ours."""
    return {"markdown": [text]}


def money(amount: Decimal | int | None, currency: str) -> Fact:
    """Nothing where there is no amount."""
    return "" if amount is None else {"money": [str(amount), currency]}


def names(several: Iterable[str | Promise]) -> Fact:
    return {"names": [str(each) for each in several]}


def words(message: str, **facts: Fact) -> Fact:
    """A sentence of ours, by its text in the translations (`gettext_noop`), with its arguments."""
    return {"words": [message, facts]} if message else ""


def deadline(moment: datetime | None, zone: ZoneInfo | None = None, *, also: ZoneInfo | None = None) -> Fact:
    """As `dates.deadline`, in the organisation's time zone where no other is given."""
    if moment is None:
        return ""
    return {"deadline": [moment.isoformat(), _name(zone), also.key if also else None]}


def day(value: date | None) -> Fact:
    """A date, or that of a moment in the organisation's time zone."""
    return "" if value is None else {"day": [value.isoformat(), _name(None)]}


def days(start: datetime, end: datetime) -> Fact:
    return {"days": [start.isoformat(), end.isoformat(), _name(None)]}


def hours(start: datetime, end: datetime) -> Fact:
    """Never empty: a line of an email with an empty value is left out."""
    return {"hours": [start.isoformat(), end.isoformat(), _name(None)]}


def _name(zone: ZoneInfo | None) -> str:
    return (zone or current_organisation().zone).key


written_as("link", How.LINK)(str)
written_as("lines", How.LINES)(str)
written_as("markdown", How.MARKDOWN)(str)


@written_as("money")
def _money(amount: str, currency: str) -> str:
    return amounts.say(Decimal(amount), currency)


@written_as("names")
def _names(*several: str) -> str:
    return ", ".join(several)


@written_as("words")
def _words(message: str, filled_in: Mapping[str, Fact]) -> str:
    text = gettext(message)
    return text % {key: write(fact).text for key, fact in filled_in.items()} if filled_in else text


@written_as("deadline")
def _deadline(moment: str, zone: str, also: str | None) -> str:
    with timezone.override(ZoneInfo(zone)):
        return dates.deadline(datetime.fromisoformat(moment), also=ZoneInfo(also) if also else None)


@written_as("day")
def _day(value: str, zone: str) -> str:
    with timezone.override(ZoneInfo(zone)):
        return dates.day(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))


@written_as("days")
def _days(start: str, end: str, zone: str) -> str:
    with timezone.override(ZoneInfo(zone)):
        return dates.days(datetime.fromisoformat(start), datetime.fromisoformat(end))


@written_as("hours")
def _hours(start: str, end: str, zone: str) -> str:
    with timezone.override(ZoneInfo(zone)):
        return dates.hours(datetime.fromisoformat(start), datetime.fromisoformat(end)) or gettext("all day")
