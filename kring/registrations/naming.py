"""Who comes: the attendees of an order, named one after the other (R3, M7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kring.accounts.models import User
from kring.core.addresses import normalised
from kring.members import acting
from kring.members.models import Member
from kring.registrations import filling, refusals
from kring.registrations.loaded import Loaded
from kring.registrations.models import Registration


@dataclass(frozen=True)
class Attendee:
    """The attendee of one ticket. `myself`: the buyer, whose name and e-mail address are used. `member`: by id, whom of
    the register: the buyer, or a child of theirs."""

    myself: bool
    name: str = ""
    email: str = ""
    profession: str = ""
    is_email_proved: bool = False
    member: int | None = None


def members_chosen(
    buyer: User | None, registrations: Sequence[Registration], attendees: Sequence[Attendee]
) -> Mapping[int, Member]:
    """Those chosen from the register. No statement where none was. Raises MayNotRegister, MayNotPayFor."""
    pairs = [(each, who.member) for each, who in zip(registrations, attendees, strict=True) if who.member is not None]
    wanted = {member for _each, member in pairs}
    return acting.demand(buyer, wanted, paid_for=[member for each, member in pairs if each.line.amount])


def demand_rights_of_buyer(registration: Registration) -> None:
    """Behind the link of an order: a child is changed by nobody whose right to register it has ended. No statement
    where nobody of the register is meant. Needs `line__order`. Raises MayNotRegister."""
    buyer = registration.line.order.buyer_id
    if registration.member_id is not None and buyer is not None:
        acting.demand_still(buyer, [registration.member_id])


def name_all(
    registrations: Sequence[Loaded],
    attendees: Sequence[Attendee],
    members: Mapping[int, Member],
    buyer: User | None,
    *,
    name: str,
    email: str,
) -> bool:
    """Whether the form asks for nothing more than a name for any of them."""
    is_all = not any(each.asks_more for each in registrations)
    others = [
        registration
        for registration, attendee in zip(registrations, attendees, strict=True)
        if _name(
            registration, attendee, members.get(attendee.member or 0), buyer, name=name, email=email, is_all=is_all
        )
    ]
    filling.forget(others)
    return is_all


def _name(
    registration: Registration,
    attendee: Attendee,
    member: Member | None,
    buyer: User | None,
    *,
    name: str,
    email: str,
    is_all: bool,
) -> bool:
    """Whether the attendee is another person than before. Raises BeingPaid where a payment may be under way and the
    form asks for more than a name."""
    before, member_before = _who(registration), registration.member_id
    entered = name if attendee.myself else attendee.name, normalised(email if attendee.myself else attendee.email)
    if not is_all and filling.is_being_paid(registration):
        if before != (*entered, attendee.profession):
            raise refusals.BeingPaid
        return False
    registration.fill_in(
        attendee=buyer if attendee.myself else None,
        name=entered[0],
        email=entered[1],
        profession=attendee.profession,
        is_email_proved=attendee.is_email_proved,
        is_all=is_all,
        member=member,
    )
    is_other_member = registration.member_id != member_before and member_before is not None
    return bool(before[0]) and (is_other_member or before[:2] != _who(registration)[:2])


def name_for_now(
    registration: Registration,
    attendee: Attendee,
    member: Member | None,
    buyer: User | None,
    *,
    name: str,
    email: str,
) -> None:
    """As `name_all`, in this object only: for the price of somebody who is being entered, maybe without a name yet."""
    before = _who(registration)[:2]
    address = normalised(email if attendee.myself else attendee.email)
    registration.attendee = buyer if attendee.myself else None
    registration.attendee_name = (name if attendee.myself else attendee.name) or "?"
    registration.attendee_email, registration.proved_email = address, address if attendee.is_email_proved else ""
    registration.profession, registration.member = attendee.profession, member
    if before[0] and before != _who(registration)[:2]:
        registration.basic = registration.submission = None


def _who(registration: Registration) -> tuple[str, str, str]:
    return registration.attendee_name, registration.attendee_email, registration.profession
