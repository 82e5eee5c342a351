"""The link in an applicant's mails: it proves the address, shows the application, and withdraws it."""

from __future__ import annotations

from django.core import signing

from kring.members.models import Application

SALT = "kring.members.applying"


def token_of(application: Application) -> str:
    """Nothing of it is stored; it is good for as long as the application is kept, with this address."""
    return signing.dumps([application.pk, application.email], salt=SALT)


def behind(token: str) -> Application | None:
    """None for a link that is made up, or whose application was deleted."""
    try:
        key, email = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found: Application | None = (
        Application.objects.select_related("type", "group", "member").filter(pk=key, email=email).first()
    )
    return found
