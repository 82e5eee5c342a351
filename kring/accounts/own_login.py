"""What is kept about a person's login, for the person: to check and to take along (GDPR, art. 15 and 20).

Never what opens it: passwords, keys of sessions, secrets of second factors, and what login services call them.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from kring.accounts import sessions
from kring.accounts.models import Identity, IdentityProvider, Role, User

KINDS = {
    Authenticator.Type.TOTP: _("Authenticator App"),
    Authenticator.Type.WEBAUTHN: _("Passkey"),
    Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
}
type Rows = list[dict[str, object]]


def facts_of(user: User, *, is_whole: bool) -> dict[str, Rows]:
    """`is_whole`: also what belongs to the login on all sites; without it only what is of the scope's organisation."""
    found = {"roles": _roles(user), "login_services": _services(user), "devices": _devices(user, is_whole=is_whole)}
    return found | ({"second_factors": _factors(user)} if is_whole else {})


def _roles(user: User) -> Rows:
    rows = Role.objects.filter(user=user).select_related("given_by").order_by("created_at", "name")
    return [
        {
            "role": each.name,
            "label": str(each.get_name_display()),
            "since": each.created_at,
            "last_day": each.until,
            "given_by": each.given_by.name if each.given_by else "",
            "blocked_at": each.blocked_at,
            "last_seen_at": each.last_seen_at,
        }
        for each in rows
    ]


def _services(user: User) -> Rows:
    rows = Identity.objects.filter(user=user).select_related("provider").order_by("created_at")
    return [
        {
            "service": each.provider.name,
            "account": each.label,
            "since": each.created_at,
            "last_used_at": each.last_used_at,
        }
        for each in rows
    ]


def _devices(user: User, *, is_whole: bool) -> Rows:
    services = dict(IdentityProvider.objects.values_list("pk", "name"))
    rows = sessions.of(user) if is_whole else sessions.of_here(user)
    return [
        {
            "site": each.organisation.name if each.organisation else "",
            "browser": each.browser,
            "user_agent": each.user_agent,
            "login_service": services.get(each.identity_provider, "") if each.identity_provider else "",
            "since": each.created_at,
            "last_seen_at": each.last_seen_at,
        }
        for each in rows
    ]


def _factors(user: User) -> Rows:
    return [
        {
            "kind": each.type,
            "label": str(KINDS[each.type]),
            "name": each.data.get("name", "") if each.type == Authenticator.Type.WEBAUTHN else "",
            "since": each.created_at,
            "last_used_at": each.last_used_at,
        }
        for each in Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    ]
