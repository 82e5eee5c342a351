"""The accounts of those who come (R3)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.accounts import profile
from kring.accounts.models import User
from kring.registrations.models import Registration


def accounts_of(registrations: Sequence[Registration], *, language: str) -> tuple[list[User], set[int]]:
    """The account of each attendee, in their order: the one with her address, or a new one with only these data.

    Also the ids of those that were made now. An existing account is used as it is and never changed, for whoever typed
    the address need not be its owner; a profession is kept where the organisation knew none. Five statements at most,
    however many come.
    """
    unknown = {each.attendee_email: each.attendee_name for each in registrations if each.attendee is None}
    known, made = User.objects.for_people(unknown, language=language) if unknown else ({}, set())
    users = [each.attendee or known[each.attendee_email] for each in registrations]
    professions = {user.pk: each.profession for user, each in zip(users, registrations, strict=True)}
    profile.remember(professions)
    return users, made
