"""The accounts of those who come (R3)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.accounts.models import Profile, User
from kring.registrations.models import Registration


def give_accounts(registrations: Sequence[Registration], *, language: str) -> set[int]:
    """Each attendee gets her account: the one with her address, or a new one with only these data.

    Returns the ids of the accounts that were made now. An existing account is used as it is and never changed, for
    whoever typed the address need not be its owner; a profession is kept where the organisation knew none.
    """
    made: set[int] = set()
    for registration in registrations:
        user = registration.attendee
        if user is None:
            user, is_new = User.objects.for_person(
                email=registration.attendee_email, name=registration.attendee_name, language=language
            )
            if is_new:
                made.add(user.pk)
            registration.give_to(user)
        profile, _made = Profile.objects.get_or_create(user=user, defaults={"profession": registration.profession})
        if registration.profession and not profile.profession:
            Profile.objects.filter(pk=profile.pk, profession="").update(profession=registration.profession)
    return made
