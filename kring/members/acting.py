"""For whom a login may act: itself, and the children it is a guardian of (M7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from kring.accounts.models import User
from kring.members.models import Guardianship, Member
from kring.members.models.households import GuardianshipQuerySet
from kring.members.refusals import MayNotPayFor, MayNotRegister


@dataclass(frozen=True)
class OwnPerson:
    member: Member
    is_self: bool
    may_pay: bool


def guardianships_of(user: User | int) -> GuardianshipQuerySet:
    """Also those that have ended. By the guardian's own login, or by that of the member who is the guardian."""
    rows: GuardianshipQuerySet = Guardianship.objects.filter(Q(guardian__user=user) | Q(guardian__member__user=user))
    return rows


def people_of(user: User) -> list[OwnPerson]:
    """Whom they may register: themselves, then the children from the oldest; nobody who has left.

    Nobody for a login whose address is not confirmed. One statement.
    """
    held = guardianships_of(user).in_force().filter(may_register=True, child=OuterRef("pk"))
    rows = Member.objects.current().annotate(
        is_self=Case(When(user=user, then=Value(True)), default=Value(False), output_field=BooleanField()),
        is_child=Exists(held),
        is_paid_for=Exists(held.filter(may_pay=True)),
    )
    proved = EmailAddress.objects.filter(user=user.pk, verified=True)
    found = rows.filter(Q(is_self=True) | Q(is_child=True), Exists(proved)).order_by("-is_self", "birth_date", "pk")
    return [OwnPerson(each, each.is_self, each.is_self or each.is_paid_for) for each in found]


def demand(user: User | None, members: Collection[int], *, paid_for: Iterable[int] = ()) -> dict[int, Member]:
    """These members by key, for all of whom this login may register people; and pay, for those who cost something.

    Raises MayNotRegister, the same for a stranger, a child of others and a key that does not exist; MayNotPayFor.
    """
    if not members:
        return {}
    known = {each.member.pk: each for each in people_of(user)} if user is not None else {}
    if not set(members) <= known.keys():
        raise MayNotRegister
    if unpaid := [known[key].member.name for key in dict.fromkeys(paid_for) if not known[key].may_pay]:
        raise MayNotPayFor(names=", ".join(unpaid))
    return {key: known[key].member for key in members}


def demand_still(user: int, members: Collection[int], *, paid_for: Collection[int] = ()) -> None:
    """Nothing of what allowed it has ended since: for an order that was filled in before. One statement.

    Of children whose guardian they never were, whom staff entered, nothing is demanded. Raises as `demand` does.
    """
    held: dict[int, list[Guardianship]] = defaultdict(list)
    for each in guardianships_of(user).filter(child__in=members).select_related("child"):
        held[each.child_id].append(each)
    unpaid = []
    for key, rights in held.items():
        present = [each for each in rights if each.is_in_force and each.may_register]
        if not present:
            raise MayNotRegister
        if key in paid_for and not any(each.may_pay for each in present):
            unpaid.append(present[0].child.name)
    if unpaid:
        raise MayNotPayFor(names=", ".join(unpaid))


def sure_answers(member: Member | None) -> dict[str, object]:
    """Answers to well-known questions that count for rules, whatever was typed."""
    born = member.birth_date if member is not None else None
    return {"birth_date": born.isoformat()} if born else {}


def seen_by(user: User, own: Q, member: str = "member") -> Q:
    """Which rows about people this login sees: its own, and those of children whose guardian it is today.

    `own`: rows that have its account or address. Those it made as a guardian are not its own once that has ended.
    `member`: the path to the member of a row.
    """
    return _own(user, own, member) | _of_children(guardianships_of(user).in_force(), member)


def changed_by(user: User, own: Q, member: str = "member") -> Q:
    """Those of `seen_by` that it may change too: not those of children whom it may only see."""
    held = guardianships_of(user).in_force().filter(may_register=True)
    return _own(user, own, member) | _of_children(held, member)


def _own(user: User, own: Q, member: str) -> Q:
    never_theirs = Q(**{f"{member}__isnull": True}) | ~_of_children(guardianships_of(user), member)
    return Q(**{f"{member}__user": user}) | (own & never_theirs)


def _of_children(guardianships: GuardianshipQuerySet, member: str) -> Q:
    return Q(**{f"{member}__in": guardianships.values("child")})
