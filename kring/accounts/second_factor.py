"""The second factor of a login: its secrets encrypted, whether there is one, taken away where it was lost (A3)."""

from __future__ import annotations

from typing import Any

from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kring.accounts import browsers, staffing
from kring.accounts.known_name import known_name
from kring.accounts.models import STAFF_ROLES, Role, User, UserSession
from kring.core import secrets
from kring.core.refusals import Refusal
from kring.core.tenancy import platform_scope, scope
from kring.mail import facts, outbox
from kring.organisations import audit, platform_log
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

platform_log.acts.add("login.second_factor_reset", _("second factor removed"))

# What opens a login; recovery codes alone are none.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# How each encrypted text begins; what was kept before secrets were encrypted has no such letters.
ENCRYPTED = "gAAAA"


class WorksElsewhere(Refusal):
    status = 403
    code = "works_elsewhere"
    message = _(
        "%(name)s also works outside this organisation. Ask the administrators of the platform to remove the second "
        "factor."
    )


class NoSecondFactor(Refusal):
    code = "no_second_factor"
    message = _("%(name)s has no second factor.")


class OwnSecondFactor(Refusal):
    code = "own_second_factor"
    message = _("Change your own second factor under Security.")


class MFAAdapter(DefaultMFAAdapter):
    """A login belongs to the platform, so its factors are good on all its sites."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text.encode())

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text).decode() if encrypted_text.startswith(ENCRYPTED) else encrypted_text

    def get_totp_issuer(self) -> str:
        return settings.HOST

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Proposed for a passkey: the browser in which it is added."""
        return browsers.name_of(current.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.HOST, "name": settings.HOST}


def has_one(user: User | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def with_factor[Rows: models.QuerySet](users: Rows) -> Rows:
    """Each with `has_factor`."""
    theirs = Authenticator.objects.filter(user=models.OuterRef("pk"), type__in=FACTORS)
    return users.annotate(has_factor=models.Exists(theirs))


def works_elsewhere(user: User, organisation: Organisation) -> bool:
    """True where the second factor of this login protects more than this organisation. Outside of any scope."""
    if user.is_platform_admin:
        return True
    with platform_scope():
        return Role.objects.filter(user=user, name__in=STAFF_ROLES).exclude(organisation=organisation).exists()


def staff_without() -> models.QuerySet[User]:
    """Staff of the scope who have none."""
    held = Role.objects.in_force().filter(name__in=STAFF_ROLES)
    having = Authenticator.objects.filter(type__in=FACTORS)
    return staffing.staff().filter(pk__in=held.values("user_id")).exclude(pk__in=having.values("user_id"))


def reset(user: User, *, reason: str, by: User) -> None:
    """Take all factors and recovery codes away, end all sessions, and mail the user. In the scope of the organisation
    whose administrator does it, once `works_elsewhere` has been asked."""
    name = known_name(user)
    _take_away(user, name, by)
    audit.log("user.second_factor_reset", user, new={"reason": reason}, called=name)
    outbox.queue("login-changed", subject=user, name=name, **_mail(user, current_organisation().url, reason, by))


def reset_by_platform(user: User, *, reason: str, by: User) -> None:
    """The same for any login, in the log of the platform and of each organisation it works for.

    Outside of any scope.
    """
    with platform_scope():
        roles = Role.objects.filter(user=user, name__in=STAFF_ROLES)
        organisations = sorted(roles.values_list("organisation_id", flat=True).distinct())
    with transaction.atomic():
        _take_away(user, str(user), by)
        site = f"{settings.SCHEME}://portal.{settings.NETLOC}"
        platform_log.note("login.second_factor_reset", label=user.email, new={"reason": reason})
        outbox.queue_for_platform("login-changed", name=user.name, **_mail(user, site, reason, by))
    for organisation in organisations:
        with scope(organisation):
            audit.log("user.second_factor_reset", user, new={"reason": reason}, called=known_name(user))


def _take_away(user: User, name: str, by: User) -> None:
    if by == user:
        raise OwnSecondFactor
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise NoSecondFactor(name=name)
    UserSession.objects.filter(user=user).delete()


def _mail(user: User, site: str, reason: str, by: User) -> dict[str, Any]:
    done = gettext_noop(
        "%(by)s removed your second factor: “%(reason)s”. From now on your password alone opens your login."
    )
    return {
        "to": user.email,
        "language": user.language,
        "change": facts.words(done, by=by.name or by.email, reason=reason),
        "when": {"clock": [timezone.now().isoformat(), timezone.get_current_timezone_name()]},
        "ip": audit.who()[2] or "",
        "url": facts.link(f"{site}/accounts/password/reset/"),
    }
