"""The scouts log in with the account of their federation: a pretend login service beside the demo (A2)."""

from __future__ import annotations

from django.conf import settings

from kring.accounts.models import Identity, IdentityProvider, Role, User
from kring.demo.counterparts.openid import OpenIDProvider


def connect(*, organiser: User, by: User) -> None:
    """Switched on; the organiser has connected their account there. Nothing without that service."""
    if not settings.DEMO_OPENID_URL:
        return
    service = IdentityProvider.objects.create(
        key=1,
        name="Konto harcerskie",
        issuer=settings.DEMO_OPENID_URL,
        client_id=OpenIDProvider.CLIENT_ID,
        client_secret=OpenIDProvider.CLIENT_SECRET,
        is_on=True,
        role_claim="groups",
        roles={Role.Name.DOOR: ["bramka"], Role.Name.MEMBER: ["harcerze"]},
        created_by=by,
    )
    Identity.objects.create(provider=service, user=organiser, subject="anna-nowak", label="organiser@zlot.example")
