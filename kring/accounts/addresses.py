"""Which e-mail addresses are known to be somebody's: a letter to them was answered."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from kring.accounts.models import User


def verified(user: User) -> QuerySet:
    """In small letters, to be looked for among others: `email__in=verified(user)`. Of a visitor none."""
    rows: QuerySet = EmailAddress.objects.filter(user_id=getattr(user, "pk", None), verified=True)
    return rows.annotate(lower=Lower("email")).values("lower")


def is_verified(user: User, email: str) -> bool:
    """Whether a letter to this very address, in its normalised form, was answered by this login."""
    return verified(user).filter(lower=email).exists()


def owner_of(email: str) -> User | None:
    """The account for which this address is proved; None where it is nobody's for sure."""
    rows = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    found = rows.select_related("user").first()
    return found.user if found else None


def is_proved(user: User) -> bool:
    """True once somebody has answered a letter to the account's address; before that the account is nobody's."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()


@transaction.atomic
def prove(user: User, password: str) -> None:
    """Whoever is here reads what is sent to the account's address: it is theirs, with the `password` (its hash) and
    nothing that anybody put into the account before. With the old password all its sessions end."""
    user.password = password
    user.save(update_fields=["password"])
    if is_proved(user):
        return
    for prepared in (Authenticator, SocialAccount):
        prepared.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    address, _made = EmailAddress.objects.get_or_create(user=user, email=user.email)
    address.set_verified()
    address.set_as_primary()
