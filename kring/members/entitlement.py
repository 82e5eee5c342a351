"""Whether somebody is known to be a member here, and how (V2, M7): by the register, or by the role of a member where an
organisation keeps none. One answer for rules, waiting lists and prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from kring.accounts.membership import Because as ByRole
from kring.accounts.membership import has_role_of_member
from kring.accounts.models import User
from kring.core.addresses import normalised
from kring.core.dates import age_at
from kring.members.groups import within
from kring.members.households import is_minor
from kring.members.importing.identity import plain_name
from kring.members.models import GroupPlace, Guardianship, Member, Membership


class Because(StrEnum):
    LOGIN = "login"
    ADDRESS = "address"
    GUARDIAN = "guardian"


@dataclass(frozen=True)
class Person:
    """Who is asked about. `user`: their own login; it counts once its address is verified. `guardian`: by id, the login
    of whoever acts for them; it proves something about its own children only. `proved_email`: an address whose mail
    they were shown to read, or for which the organisation vouches: never one that was only typed. `member`: by id, whom
    they were registered as, by themselves or a guardian who could; that was found out then (acting.py)."""

    user: User | AnonymousUser | None = None
    proved_email: str = ""
    name: str = ""
    birth_date: date | None = None
    guardian: int | None = None
    member: int | None = None

    @property
    def login(self) -> int | None:
        return self.user.pk if self.user is not None and self.user.is_authenticated else None


@dataclass(frozen=True)
class Wanted:
    """Which members: for so many years without a break on the day, of one of these types, in one of these groups or in
    a group within them. What is empty does not matter."""

    years: int = 0
    types: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()

    @property
    def is_any(self) -> bool:
        return not (self.years or self.types or self.groups)


def known_as_member(person: Person, wanted: Wanted | None = None, *, on: date | None = None) -> Because | None:
    """How they are known to be such a member; None for anyone who is not, or only claims to be.

    `on`: the day for which years count; today. The role says nothing about years, types and groups. Two statements
    at most where they are known in one way, and one more for groups.
    """
    wanted = wanted or Wanted()
    if wanted.is_any:
        by_role = has_role_of_member(person.user, proved_email=person.proved_email)
        if by_role is not None:
            return Because.LOGIN if by_role is ByRole.LOGIN else Because.ADDRESS
    found, because = _in_register(person, wanted)
    if found is None or found.state not in Member.ENTITLED or not found.is_wanted:  # type: ignore[attr-defined]
        return None
    return because if _is_long_enough(found, wanted.years, on or timezone.localdate()) else None


def _in_register(person: Person, wanted: Wanted) -> tuple[Member | None, Because | None]:
    """The one member the person is known to be, in whatever state: a sister who is a member does not make one."""
    if person.member is not None:
        chosen = Member.objects.annotate(is_wanted=_is_wanted(wanted)).filter(pk=person.member).first()
        if chosen is not None:
            return chosen, Because.LOGIN if chosen.user_id == person.login is not None else Because.GUARDIAN
    logins = {login for login in (person.login, person.guardian) if login is not None}
    email = normalised(person.proved_email) if person.proved_email else ""
    if not logins and not email:
        return None, None
    is_child = Exists(_guardianships(logins).filter(child=OuterRef("pk")))
    is_login = Q(user=person.login) if person.login is not None else Q(pk=None)
    by_address = Q(email=email) | Q(other_email=email) if email else Q(pk=None)
    verified = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    rows = Member.objects.annotate(has_verified=Exists(verified), is_child=is_child, is_wanted=_is_wanted(wanted))
    rows = rows.filter(is_login | by_address | Q(is_child=True))
    known = list(rows.order_by("pk"))
    children = [each for each in known if each.is_child and _is_named(each, person)]
    if len(children) == 1:
        return children[0], Because.GUARDIAN
    for each in known:
        if person.login is not None and each.user_id == person.login and each.has_verified:
            return each, Because.LOGIN
    at_address = [each for each in known if email and email in (each.email, each.other_email)]
    if len(at_address) == 1 and not is_minor(at_address[0]) and _may_be_born(at_address[0], person):
        return at_address[0], Because.ADDRESS
    # An address of several people, or a parent's: the name says who of them it is.
    named = [each for each in at_address if _is_named(each, person)]
    return (named[0], Because.ADDRESS) if len(named) == 1 else (None, None)


def _guardianships(logins: Iterable[int]) -> QuerySet[Guardianship]:
    """In force today, with the right to register, of logins whose address is verified."""
    verified = EmailAddress.objects.filter(user__in=logins, verified=True).values("user")
    held = Guardianship.objects.in_force().filter(may_register=True)
    found: QuerySet[Guardianship] = held.filter(Q(guardian__user__in=verified) | Q(guardian__member__user__in=verified))
    return found


def _is_wanted(wanted: Wanted) -> ExpressionWrapper:
    today = timezone.localdate()
    found = Q(pk__isnull=False)
    if wanted.types:
        found &= Q(Exists(Membership.objects.on(today).filter(member=OuterRef("pk"), type__in=wanted.types)))
    if wanted.groups:
        places = GroupPlace.objects.current().filter(joined_on__lte=today, group__in=within(wanted.groups))
        found &= Q(Exists(places.filter(member=OuterRef("pk"))))
    return ExpressionWrapper(found, output_field=BooleanField())


def _is_named(member: Member, person: Person) -> bool:
    """First and last name agree, and the date of birth where both are known."""
    given = plain_name(person.name)
    last = plain_name(" ".join(filter(None, [member.name_prefix, member.last_name])))
    firsts = {plain_name(name) for name in (member.first_name, member.call_name) if name}
    lasts = {last, plain_name(member.last_name)}
    return _may_be_born(member, person) and any(given == f"{first} {last}" for first in firsts for last in lasts)


def _may_be_born(member: Member, person: Person) -> bool:
    return member.birth_date is None or person.birth_date is None or member.birth_date == person.birth_date


def _is_long_enough(member: Member, years: int, on: date) -> bool:
    return not years or (member.joined_on is not None and age_at(member.joined_on, on) >= years)
