"""Who pays for a member: whoever was chosen; else the guardian who pays for the household; else, of a minor, a guardian
who may pay; else the member."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.db import transaction

from kring.accounts.models import User
from kring.dues.models import Payer, PayerChoice
from kring.members.models import Guardian, Guardianship, Member
from kring.organisations import audit

_NOBODY: Mapping[int, Member] = MappingProxyType({})


class Person(NamedTuple):
    """A guardian who is a member pays as that member. `chosen`: the payer's own key."""

    member: int | None = None
    guardian: int | None = None
    chosen: int | None = None


def payer_of(member: Member) -> Payer:
    """Made where there is none yet."""
    return of([member])[member.pk]


def of(members: Collection[Member]) -> dict[int, Payer]:
    """By the member's key; those that are missing are made. A constant number of statements."""
    people = people_of(members)
    found = rows_of(set(people.values()), {each.pk: each for each in members})
    return {member: found[person] for member, person in people.items()}


def people_of(members: Collection[Member]) -> dict[int, Person]:
    """The same without writing anything. Three statements."""
    people = {each.pk: Person(member=each.pk) for each in members}
    households = {each.household_id for each in members if each.household_id}
    by_household = {
        each.household_id: _as_person(each)
        for each in Guardian.objects.filter(household__any_of=households, is_payer=True).order_by("-pk")
    }
    held = Guardianship.objects.in_force().filter(child__any_of=people, may_pay=True)
    for each in held.select_related("guardian").order_by("-pk"):
        people[each.child_id] = _as_person(each.guardian)
    for member in members:
        people[member.pk] = by_household.get(member.household_id, people[member.pk])
    for choice in PayerChoice.objects.filter(member__any_of=people).select_related("payer"):
        people[choice.member_id] = person_of(choice.payer)
    return people


def _as_person(guardian: Guardian) -> Person:
    return Person(member=guardian.member_id) if guardian.member_id else Person(guardian=guardian.pk)


def person_of(payer: Payer) -> Person:
    person = Person(member=payer.member_id, guardian=payer.guardian_id)
    return person if any(person) else Person(chosen=payer.pk)


def rows_of(people: Collection[Person], loaded: Mapping[int, Member] = _NOBODY) -> dict[Person, Payer]:
    """Those that are missing are made. A constant number of statements; `loaded`: members that need not be read."""
    found = _known(people)
    members = _members({each.member for each in people if each.member}, loaded)
    keys = {each.guardian for each in people if each.guardian}
    guardians = Guardian.objects.select_related("household", "member__household").in_bulk(keys) if keys else {}
    if missing := [each for each in people if each not in found]:
        made = [_made(members.get(each.member or 0), guardians.get(each.guardian or 0)) for each in missing]
        Payer.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
        found |= _known(missing)
    for person, payer in found.items():
        # Joined instead, so many of a table that was empty a moment ago take seconds.
        payer.member, payer.guardian = members.get(person.member or 0), guardians.get(person.guardian or 0)
    return found


def _members(keys: Collection[int], loaded: Mapping[int, Member]) -> dict[int, Member]:
    rest = [key for key in keys if key not in loaded]
    found = {key: loaded[key] for key in keys if key in loaded}
    return found | (Member.objects.select_related("household").in_bulk(rest) if rest else {})


def _made(member: Member | None, guardian: Guardian | None) -> Payer:
    person = member or guardian
    assert person is not None
    return Payer(member=member, guardian=guardian, own_name=str(person)[:200], own_email=person.email)


def _known(people: Iterable[Person]) -> dict[Person, Payer]:
    wanted = list(people)
    found: dict[Person, Payer] = {}
    for name, keys in (
        ("member", [each.member for each in wanted if each.member]),
        ("guardian", [each.guardian for each in wanted if each.guardian]),
        ("pk", [each.chosen for each in wanted if each.chosen]),
    ):
        if keys:
            found |= {person_of(each): each for each in Payer.objects.filter(**{f"{name}__any_of": keys})}
    return found


@transaction.atomic
def choose(member: Member, payer: Payer | None, *, reason: str, by: User | None) -> None:
    """From now on this payer pays for the member; None: as without a choice. What is open stays with whom it was made
    for: `changing_payers` moves it."""
    before = PayerChoice.objects.filter(member=member).select_related("payer").first()
    old: Mapping[str, object] | None = {"payer": str(before.payer)} if before else None
    if payer is None:
        PayerChoice.objects.filter(member=member).delete()
    else:
        facts = {"payer": payer, "reason": reason[:300], "chosen_by": by}
        PayerChoice.objects.update_or_create(member=member, defaults=facts)
    new = {"payer": str(payer) if payer else None, "reason": reason}
    audit.log("contribution.payer_chosen", member, old=old, new=new, actor=by)
