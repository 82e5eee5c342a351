"""Which member a row is about: by number; else by e-mail and first name, and the date of birth where both have one;
else by whole name with date of birth, telephone or address. Never by e-mail or by name alone (M5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kring.core.transliteration import in_ascii
from kring.members.models import Member, MemberMerge


class Person(NamedTuple):
    key: int
    number: str
    first_names: frozenset[str]
    last_name: str
    birth_date: date | None
    emails: frozenset[str]
    phones: frozenset[str]
    address: tuple[str, str]


@dataclass(frozen=True)
class Found:
    """`key`: the one; else `candidates`, and why nobody but a person can tell."""

    key: int | None = None
    candidates: tuple[int, ...] = ()
    reason: str = ""


@dataclass
class Index:
    """All whom a row could be about. Some 700 bytes for each."""

    people: dict[int, Person] = field(default_factory=dict)
    by_number: dict[str, int] = field(default_factory=dict)
    by_email: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of_register(cls, members: QuerySet[Member] | None = None) -> Index:
        """Of all members, or of these; also by the numbers of rows that were merged into theirs."""
        made = cls()
        for values in (
            (Member.objects.all() if members is None else members)
            .order_by("pk")
            .values("pk", *_COLUMNS)
            .iterator(chunk_size=5000)
        ):
            made.add(values.pop("pk"), values)
        merges = MemberMerge.objects.all() if members is None else MemberMerge.objects.filter(kept__in=members)
        for number, kept in merges.values_list("number", "kept"):
            made.by_number.setdefault(number, kept)
        return made

    def add(self, key: int, values: Mapping[str, Any]) -> None:
        person = _person(key, values)
        self.people[key] = person
        if person.number:
            self.by_number[person.number] = key
        for email in person.emails:
            self.by_email[email].append(key)
        for first in person.first_names:
            self.by_name[first, person.last_name].append(key)

    def find(self, values: Mapping[str, Any]) -> Found:
        wanted = _person(0, values)
        if wanted.number and wanted.number in self.by_number:
            known = self.people[self.by_number[wanted.number]]
            if _contradict(wanted, known):
                return Found(candidates=(known.key,), reason=_("The member with this number has another name."))
            return Found(known.key)
        by_email = self._unique(
            person
            for email in wanted.emails
            for person in map(self.people.__getitem__, self.by_email.get(email, ()))
            if person.first_names & wanted.first_names and _may_be_born(person, wanted)
        )
        named = self._unique(
            person
            for first in wanted.first_names
            for person in map(self.people.__getitem__, self.by_name.get((first, wanted.last_name), ()))
        )
        sure = by_email or [person for person in named if _agree(person, wanted)]
        if wanted.number and sure:
            others = [person for person in sure if person.number and person.number != wanted.number]
            if others:
                return Found(candidates=_keys(others), reason=_("This person is known under another member number."))
        if len(sure) == 1:
            return Found(sure[0].key)
        if sure:
            return Found(candidates=_keys(sure), reason=_("Several members are like this one."))
        alike = [person for person in named if _may_be_born(person, wanted)]
        if alike and not wanted.number:
            return Found(
                candidates=_keys(alike), reason=_("Somebody of this name is a member, and only the name agrees.")
            )
        return Found()

    def _unique(self, people: Iterable[Person]) -> list[Person]:
        return list({person.key: person for person in people}.values())


_COLUMNS = (
    *("number", "first_name", "call_name", "last_name", "birth_date", "email", "other_email", "phone", "other_phone"),
    *("postal_code", "house_number"),
)


def _person(key: int, values: Mapping[str, Any]) -> Person:
    def words(*names: str) -> frozenset[str]:
        return frozenset(plain for name in names if (plain := plain_name(values.get(name))))

    return Person(
        key,
        str(values.get("number") or ""),
        words("first_name", "call_name"),
        plain_name(values.get("last_name")),
        values.get("birth_date"),
        frozenset(str(values[name]) for name in ("email", "other_email") if values.get(name)),
        frozenset(_digits(values[name]) for name in ("phone", "other_phone") if values.get(name)),
        (plain_name(values.get("postal_code")), plain_name(values.get("house_number"))),
    )


def _contradict(wanted: Person, known: Person) -> bool:
    """Neither first name nor last name agree, or the last name does and the rest says a brother or a sister."""
    is_first = bool(wanted.first_names & known.first_names)
    is_last = wanted.last_name == known.last_name
    is_born = _may_be_born(wanted, known)
    return not is_first and (not is_last or not is_born)


def _agree(person: Person, wanted: Person) -> bool:
    """Of the same name: does anything else say so too, and nothing against it?"""
    if person.birth_date and wanted.birth_date:
        return person.birth_date == wanted.birth_date
    return bool(person.phones & wanted.phones) or (all(wanted.address) and person.address == wanted.address)


def _may_be_born(person: Person, wanted: Person) -> bool:
    return not person.birth_date or not wanted.birth_date or person.birth_date == wanted.birth_date


def _keys(people: Iterable[Person]) -> tuple[int, ...]:
    return tuple(person.key for person in people)[:10]


def plain_name(value: Any) -> str:
    """As names are compared: without case, accents and hyphens."""
    text = str(value or "").casefold()
    return in_ascii(text).replace("-", " ").strip() or text


def _digits(value: Any) -> str:
    return "".join(letter for letter in str(value) if letter.isdigit())[-9:]
