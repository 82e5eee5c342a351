"""Whether somebody has the role of a member here, and how they are known (V2).

Whether they are a member is asked of kring.members.entitlement, which asks this and the register.
"""

from __future__ import annotations

from enum import StrEnum

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from kring.accounts.models import Role, User
from kring.core.addresses import normalised


class Because(StrEnum):
    LOGIN = "login"
    ADDRESS = "address"


def has_role_of_member(user: User | AnonymousUser | None, *, proved_email: str = "") -> Because | None:
    """How they are known to have it; None for anyone who is not, or only claims to be.

    `user`: the login used; it counts once its address is verified. `proved_email`: an address whose mail they were
    shown to read, or for which the organisation itself vouches: never one that was only typed. Only the role of a
    member counts, no other role, and no blocked one. One statement for each argument given.
    """
    members = Role.objects.in_force().filter(name=Role.Name.MEMBER)
    if user is not None and user.is_authenticated:
        is_verified = Exists(EmailAddress.objects.filter(user=OuterRef("user"), verified=True))
        if members.filter(is_verified, user=user.pk).exists():
            return Because.LOGIN
    if proved_email and members.filter(user__email=normalised(proved_email)).exists():
        return Because.ADDRESS
    return None
