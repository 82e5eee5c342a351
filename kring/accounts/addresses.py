"""Which e-mail addresses are proved to belong to somebody: a link mailed to them was opened."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from kring.accounts.models import User


def verified(user: User) -> QuerySet:
    """In lower case, for lookups: `email__in=verified(user)`. Empty for a visitor."""
    rows: QuerySet = EmailAddress.objects.filter(user_id=getattr(user, "pk", None), verified=True)
    return rows.annotate(lower=Lower("email")).values("lower")


def is_verified(user: User, email: str) -> bool:
    """Whether this login has opened a link mailed to this very address, in its normalised form."""
    return verified(user).filter(lower=email).exists()


def owner_of(email: str) -> User | None:
    """The account for which this address is proved; None where it is proved for none."""
    rows = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    found = rows.select_related("user").first()
    return found.user if found else None


def is_proved(user: User) -> bool:
    """True once a link mailed to the account's address was opened; before that the account belongs to nobody."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()


@transaction.atomic
def prove(user: User, password: str) -> None:
    """Call this where the user has shown that they read mail sent to the account's address: the account becomes theirs,
    with the `password` (its hash) and nothing put into it before. With the old password all its sessions end."""
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
