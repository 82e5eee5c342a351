"""Whether a ticket is at the price of members: one for each member and attraction, however many orders (D2)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from kring.billing.models import Order
from kring.core import locks
from kring.core.addresses import mailbox
from kring.events.eligibility import Applicant
from kring.events.eligibility.known_members import person_of
from kring.events.models import Attraction
from kring.members.entitlement import Because, known_as_member
from kring.members.importing.identity import plain_name
from kring.members.models import Member
from kring.registrations.models import Registration

CONDITION = "member"


def lock(
    conditions: Iterable[str], emails: Iterable[str], *, user: int | None = None, members: Iterable[int | None] = ()
) -> None:
    """Before they are named in an order: of two orders of one person at once, the second sees the first. Whoever can be
    known as a member is so by the buyer's login or address, by one that is proved, or as a child. No statement where no
    rule asks for members.

    After the order and before all else: the locks of `code_uses`, holds and pools. An order through the API, which has
    pools when it names people, takes it before them.
    """
    if CONDITION in conditions:
        known = [f"address:{mailbox(each)}" for each in emails]
        known += [f"member:{each}" for each in members if each is not None]
        known += [f"login:{user}"] if user is not None else []
        locks.lock(f"member-price:{each}" for each in known)


def counts(who: Applicant, attraction: Attraction, *, but: Q) -> bool:
    """By a proved identity, under a name that may be theirs, and without a ticket at this price that is none of
    `but`. Two statements more where they are known as a member."""
    because = known_as_member(person_of(who))
    if because is None or (because is Because.LOGIN and not _may_be_called(who)):
        return False
    return not _has_one(who, attraction, but)


def _may_be_called(who: Applicant) -> bool:
    """Who comes under the name of somebody else is somebody else: one word of it agrees at least with the name of the
    login, or of its member."""
    login = who.user if who.user is not None and who.user.is_authenticated else None
    if login is None or not _words(who.name):
        return True
    own = Member.objects.filter(user=login.pk).first()
    known = " ".join([login.name, *([own.name, own.first_name, own.call_name] if own else [])])
    return not _words(known) or bool(_words(who.name) & _words(known))


def _words(name: str) -> set[str]:
    """Without initials."""
    return {word for word in plain_name(name).split() if len(word) > 2}


def _has_one(who: Applicant, attraction: Attraction, but: Q) -> bool:
    same = Q(attendee_email=who.email) if who.email else Q(pk=None)
    if who.member is not None:
        same |= Q(member=who.member)
    if who.user is not None and who.user.is_authenticated:
        same |= Q(attendee=who.user.pk)
    lasting = Q(line__order__expires_at=None) | Q(line__order__expires_at__gt=timezone.now())
    rows = Registration.objects.live().filter(same, attraction=attraction, line__cancelled_at=None)
    rows = rows.filter(lasting | ~Q(line__order__state__in=Order.UNPAID)).exclude(but)
    return any(_is_at_this_price(each) and _is_same(each, who) for each in rows.select_related("line__order"))


def _is_at_this_price(registration: Registration) -> bool:
    line = registration.line
    of_members = {rule["id"] for rule in line.order.price_rules if rule["condition"] == CONDITION}
    return any(applied.rule in of_members for applied in line.applied)


def _is_same(registration: Registration, who: Applicant) -> bool:
    """People who share an address, such as sisters, are told apart by their names."""
    if who.member is not None and registration.member_id is not None:
        return registration.member_id == who.member
    return _plain(registration.attendee_name) == _plain(who.name)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
