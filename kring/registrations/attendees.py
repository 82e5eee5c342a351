"""The accounts of attendees (R3)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.accounts import profile
from kring.accounts.models import User
from kring.billing.models import Order
from kring.registrations.models import Registration


def accounts_of(registrations: Sequence[Registration], *, order: Order) -> tuple[list[User | None], set[int]]:
    """The account of each attendee, in the order given: the one with their address, or a new one with these data only.
    None for those without an address.

    Also the ids of the accounts created now. An existing account is used as it is and never changed: the address may
    have been typed by somebody else. A profession is stored where the organisation had none. Five statements at most,
    however many attendees there are.
    """
    unknown: dict[str, str] = {}
    for each in registrations:
        if each.attendee is None and each.attendee_email:
            # Several may share one address: its account is the buyer's if it is theirs, else the first attendee's.
            is_buyers = each.attendee_email == order.buyer_email and order.buyer_name
            unknown.setdefault(each.attendee_email, order.buyer_name if is_buyers else each.attendee_name)
    known, made = User.objects.for_people(unknown, language=order.language) if unknown else ({}, set())
    users = [each.attendee or known.get(each.attendee_email) for each in registrations]
    professions = {user.pk: each.profession for user, each in zip(users, registrations, strict=True) if user}
    profile.remember(professions)
    return users, made
