"""Households and guardians (M7).

A guardian's rights are rows: one for each child. Those through a shared household end when one of the two leaves it,
all end when the child comes of age. Locks: the household, then its people in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kring.accounts.models import User
from kring.core.dates import age_at
from kring.core.transactions import in_transaction
from kring.members.columns import ADDRESS
from kring.members.models import Guardian, Guardianship, Household, Member
from kring.members.refusals import NotAMinor, NotOfAge, as_the_database_says
from kring.organisations import audit, changing

MAJORITY = 18
EndReason = Guardianship.EndReason


def follow(member: Member, household: Household) -> None:
    """Set, without saving, the household and its address, if it has one; an address the member had stays their own
    where it differs."""
    member.household = household
    theirs = {name: getattr(household, name) for name in ADDRESS}
    ours = {name: getattr(member, name) for name in ADDRESS}
    if not any(theirs.values()):
        return
    member.has_own_address = any(ours.values()) and ours != theirs
    if not member.has_own_address:
        for name, value in theirs.items():
            setattr(member, name, value)


@in_transaction
def form(members: Iterable[Member], *, name: str = "", address: Mapping[str, str] | None = None) -> Household:
    """A new household of these members, at this address, or at that of the first who has one."""
    people = list(_locked(members))
    if address is None:
        first = next((member for member in people if any(getattr(member, each) for each in ADDRESS)), None)
        address = {each: getattr(first, each) for each in ADDRESS} if first else {}
    household = Household.objects.create(name=name or _family_name(people), **address)
    audit.log("household.formed", household, new={"members": [member.number for member in people]})
    for member in people:
        _move_in(member, household)
    return household


@in_transaction
def move_in(member: Member, household: Household) -> None:
    """Leaves another household first, with the rights that came of it."""
    (member,) = _locked([member])
    _move_in(member, household)
    audit.log("household.joined", member, new={"household": household.name})


@in_transaction
def move_out(member: Member) -> None:
    """The address stays theirs. Rights through the household end: theirs over children, and others' over them."""
    (locked,) = _locked([member])
    if locked.household_id is None:
        return
    household = locked.household
    _end_rights_of_household(locked)
    locked.household, locked.has_own_address = None, False
    locked.save(update_fields=["household", "has_own_address"])
    audit.log("household.left", locked, old={"household": str(household)})
    member.refresh_from_db()


@in_transaction
def move_house(household: Household, address: Mapping[str, str]) -> int:
    """The household's new address, and that of all members who follow it; how many did."""
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    old = {name: getattr(household, name) for name in ADDRESS}
    for name in ADDRESS:
        setattr(household, name, address.get(name, ""))
    new = {name: getattr(household, name) for name in ADDRESS}
    if new == old:
        return 0
    household.save(update_fields=ADDRESS)
    followers = list(_locked(Member.objects.filter(household=household, has_own_address=False)))
    Member.objects.filter(pk__in=[member.pk for member in followers]).update(**new)
    audit.log("household.moved", household, old=old, new=new)
    audit.log_many([("member.changed", member, old, new) for member in followers])
    return len(followers)


@in_transaction
def rename(household: Household, name: str) -> None:
    if name == household.name:
        return
    audit.log("household.renamed", household, old={"name": household.name}, new={"name": name})
    household.name = name
    household.save(update_fields=["name"])


@in_transaction
def dissolve(household: Household) -> None:
    """Everybody leaves it, and it is gone. Guardians who are no members and have no other children go with it."""
    for member in list(household.members.all()):
        move_out(member)
    for guardian in list(household.guardians.all()):
        move_guardian_out(guardian)
        if guardian.member_id is None and not guardian.guardianships.filter(ended_at=None).exists():
            guardian.delete()
    audit.log("household.dissolved", household, old={"name": household.name})
    household.delete()


@in_transaction
def add_guardian(household: Household | None, *, member: Member | None = None, **person: Any) -> Guardian:
    """An adult of the household, or of none: a member, or somebody known by `name`, `email`, `phone` …

    Raises NotOfAge. Rights come with `entrust`, one child at a time.
    """
    if member is not None and is_minor(member):
        raise NotOfAge(name=str(member))
    known = Guardian.objects.filter(member=member).first() if member is not None else None
    if known is not None:
        if known.household_id is None and household is not None:
            known.household = household
            known.save(update_fields=["household"])
        return known
    guardian = Guardian.objects.create(household=household, member=member, **person)
    audit.log("guardian.added", guardian, new={"household": str(household or "")})
    return guardian


@in_transaction
def change_guardian(guardian: Guardian, **fields: object) -> bool:
    """Whether they pay; and name, email, phones of one who is no member. False: nothing differed."""
    return changing.change(guardian, "guardian.changed", **fields)


@in_transaction
def entrust(
    guardian: Guardian,
    child: Member,
    *,
    may_register: bool = True,
    may_pay: bool = True,
    may_decide: bool = True,
    is_of_household: bool = True,
) -> Guardianship:
    """The guardian may see the child's data, and do for the child what is allowed here. Again: the rights change.

    Raises NotAMinor, OwnGuardian.
    """
    if not is_minor(child):
        raise NotAMinor(name=str(child))
    rights = {
        "may_register": may_register,
        "may_pay": may_pay,
        "may_decide": may_decide,
        "is_of_household": is_of_household,
    }
    with as_the_database_says():
        held, made = Guardianship.objects.update_or_create(
            guardian=guardian, child=child, ended_at=None, defaults=rights
        )
    audit.log(
        "guardian.entrusted" if made else "guardian.rights_changed", child, new={"guardian": str(guardian), **rights}
    )
    return held


@in_transaction
def end(guardianship: Guardianship, because: str = EndReason.WITHDRAWN) -> None:
    """At once."""
    if Guardianship.objects.filter(pk=guardianship.pk, ended_at=None).update(
        ended_at=timezone.now(), ended_because=because
    ):
        audit.log(
            "guardian.ended", guardianship.child, old={"guardian": str(guardianship.guardian)}, new={"because": because}
        )


@in_transaction
def move_guardian_out(guardian: Guardian) -> None:
    """A guardian who is no member leaves the household, and the rights that came of it."""
    for guardianship in guardian.guardianships.filter(ended_at=None, is_of_household=True).select_related("child"):
        end(guardianship, EndReason.LEFT_HOUSEHOLD)
    guardian.household = None
    guardian.save(update_fields=["household"])


def end_of_age() -> int:
    """The rights over those who are of age today, as rows; they were without force already. How many."""
    over = Guardianship.objects.filter(of_age_on__lte=timezone.localdate(), ended_at=None)
    found = list(over.select_related("child", "guardian__member"))
    for guardianship in found:
        end(guardianship, EndReason.OF_AGE)
    return len(found)


def children_of(user: User) -> QuerySet[Member]:
    """Those for whom this login is a guardian today, whether as a member or not."""
    in_force = Guardianship.objects.in_force()
    held = in_force.filter(guardian__user=user) | in_force.filter(guardian__member__user=user)
    found: QuerySet[Member] = Member.objects.filter(pk__in=held.values("child_id"))
    return found


def is_minor(member: Member, on: date | None = None) -> bool:
    """Whose date of birth is not known is taken for an adult: nobody gets rights over them unless it is given."""
    if member.birth_date is None:
        return False
    return age_at(member.birth_date, on or timezone.localdate()) < MAJORITY


def _locked(members: Iterable[Member]) -> QuerySet[Member]:
    rows = Member.objects.filter(pk__in=[member.pk for member in members]).order_by("pk")
    found: QuerySet[Member] = rows.select_for_update(no_key=True, of=("self",))
    return found


def _move_in(member: Member, household: Household) -> None:
    if member.household_id == household.pk:
        return
    if member.household_id is not None:
        _end_rights_of_household(member)
    follow(member, household)
    member.save(update_fields=["household", "has_own_address", *ADDRESS])


def _end_rights_of_household(member: Member) -> None:
    held = Guardianship.objects.filter(ended_at=None, is_of_household=True)
    concerned = held.filter(child=member) | held.filter(guardian__member=member)
    for guardianship in concerned.select_related("child", "guardian__member"):
        end(guardianship, EndReason.LEFT_HOUSEHOLD)
    Guardian.objects.filter(member=member).update(household=None)


def _family_name(people: Iterable[Member]) -> str:
    """`De Vries`, or `De Vries / Jansen`."""
    found = dict.fromkeys(" ".join(filter(None, [member.name_prefix, member.last_name])) for member in people)
    return " / ".join(name[:1].upper() + name[1:] for name in found)[:200]
