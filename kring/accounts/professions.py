"""The organisation's own list of professions (D2): what is offered, what each is called, and changing the list.

Other rows hold the key of a profession as text. It never changes, and one that is in use is not removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Profession, Profile
from kring.core import positions
from kring.core.addresses import normalised
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.registry import Hooks
from kring.core.tenancy import forget_remembered, remembered
from kring.core.transactions import in_transaction
from kring.mail.facts import Fact, written_as
from kring.organisations import audit, changing

MOST = 100
_MEMORY = "professions"
# Whether the profession with this key is in use: in rows, or in a rule. Apps above register theirs.
used_in = Hooks[[str], bool]("use of professions")


class UnknownProfession(Refusal):
    status = 422
    code = "unknown_profession"
    message = _("“%(key)s” is not one of the professions of this organisation.")


class ProfessionInUse(Refusal):
    code = "profession_in_use"
    message = _("“%(name)s” is in use and cannot be removed. You can stop offering it instead.")


class TooManyProfessions(Refusal):
    code = "too_many_professions"
    message = _("There are %(most)s professions already. Remove some first.")


class KeyTaken(Refusal):
    code = "profession_key_taken"
    field = "key"
    message = _("There is another profession with this key.")


def every() -> Mapping[str, Profession]:
    """All by key, in their order; also those no longer offered. One statement, once in a scope."""
    return remembered(_MEMORY, lambda: {each.key: each for each in Profession.objects.all()})


def choices(*, including: str = "") -> list[tuple[str, str]]:
    """Those offered, for a field: key and name in the active language. `including`: the one that is stored."""
    offered = [(key, each.name) for key, each in every().items() if each.is_active or key == including]
    known = not including or including in every()
    return offered if known else [*offered, (including, including)]


def demand_offered(key: str, *, stored: str = "") -> None:
    """Raises UnknownProfession for another key than those offered, "" and the one that is stored."""
    if key not in ("", stored) and (key not in every() or not every()[key].is_active):
        raise UnknownProfession(key=key)


def label(key: str) -> str:
    """The name in the active language; the key where the list does not have it, and "" of none."""
    return each.name if key and (each := every().get(key)) else key


def note(key: str) -> str:
    """What the door and the ticket show, in the active language, or ""."""
    return each.note if key and (each := every().get(key)) else ""


def is_proven(key: str, *, email: str, is_email_proved: bool) -> bool:
    """Whether this profession may count, for a price or a rule. `is_email_proved`: they were shown to read mail sent to
    `email`; an address that was only typed proves nothing. False for one that is not in the list."""
    profession = every().get(key)
    if profession is None:
        return False
    if profession.proof == Profession.Proof.ADDRESS:
        return is_email_proved and is_at_a_listed_domain(profession, email)
    return profession.proof == Profession.Proof.WORD


def is_at_a_listed_domain(profession: Profession, email: str) -> bool:
    return normalised(email).rpartition("@")[2] in profession.domains


def fact(key: str) -> Fact:
    """Of a mail: its name in the language of the mail."""
    return {"profession": [key]}


written_as("profession")(label)


class Labels(Mapping[str, str]):
    """Key → name of all professions of the current scope, in the active language, at the moment it is asked."""

    def __getitem__(self, key: str) -> str:
        return every()[key].name

    def __iter__(self) -> Iterator[str]:
        return iter(every())

    def __len__(self) -> int:
        return len(every())


LABELS = Labels()


@in_transaction
def add(*, key: str, **fields: object) -> Profession:
    """At the end of the list. Raises KeyTaken, TooManyProfessions."""
    lock(["professions"])
    known = list(Profession.objects.values_list("key", "position"))
    if len(known) >= MOST:
        raise TooManyProfessions(most=MOST)
    if key in dict(known):
        raise KeyTaken()
    position = max((each for _key, each in known), default=0) + 1
    made: Profession = Profession.objects.create(key=key, position=position, **fields)
    forget_remembered(_MEMORY)
    audit.log("profession.added", made, new={"key": key, "name": made.name})
    return made


@in_transaction
def change(profession: Profession, **fields: object) -> bool:
    """All but its key. False: nothing differed."""
    forget_remembered(_MEMORY)
    return changing.change(profession, "profession.changed", **fields)


@in_transaction
def move(profession: Profession, *, up: bool) -> None:
    """One place up or down, if there is another."""
    lock(["professions"])
    if now := positions.move(Profession.objects.all(), profession, up=up):
        audit.log("profession.moved", profession, new={"position": now})
    forget_remembered(_MEMORY)


@in_transaction
def remove(profession: Profession) -> None:
    """Raises ProfessionInUse."""
    if is_used(profession.key):
        raise ProfessionInUse(name=profession.name)
    audit.log("profession.removed", profession, old={"key": profession.key, "name": profession.name})
    profession.delete()
    forget_remembered(_MEMORY)


def is_used(key: str) -> bool:
    return any(is_used(key) for is_used in used_in)


@used_in
def _in_profiles(key: str) -> bool:
    return Profile.objects.filter(profession=key).exists()
