"""allauth's mails go into our outbox, with our texts (N1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from kring.accounts import own_administrators
from kring.accounts.models import User
from kring.core import dates
from kring.mail import facts, outbox

# allauth's name of the mail, ours, and the place of the link in its context.
NOBODYS = "account/email/unknown_account"
TEMPLATES = {
    "account/email/email_confirmation": ("verify-address", "activate_url"),
    "account/email/email_confirmation_signup": ("verify-address", "activate_url"),
    "account/email/password_reset_key": ("reset-password", "password_reset_url"),
    "account/email/account_already_exists": ("account-exists", "password_reset_url"),
    NOBODYS: ("no-account", "signup_url"),
}
# The rest report what was done to the login, perhaps by another person.
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("Your password was reset."),
    "account/email/password_set": _("A password was set."),
    "account/email/email_changed": _("Your email address was changed."),
    "account/email/email_deleted": _("An email address was removed from your account."),
    "mfa/email/totp_activated": _("An authenticator app was added as second factor."),
    "mfa/email/totp_deactivated": _("The authenticator app is no longer used."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were created."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "socialaccount/email/account_connected": _("Another way to log in was connected to your account."),
    "socialaccount/email/account_disconnected": _("A way to log in was disconnected from your account."),
}


def send(kind: str, address: str, context: dict[str, Any], request: HttpRequest) -> None:
    """Queue allauth's mail `kind`: from the organisation whose site this is, or from the platform itself."""
    person = context.get("user")
    if person is None and kind != NOBODYS:
        person = User.objects.filter(email=address).first()
    language = person.language if person else (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    template, values = _template_and_values(kind, context, request)
    values |= {"to": address, "name": person.name if person else "", "language": language}
    organisation = getattr(request, "organisation", None)
    if organisation is None:
        outbox.queue_for_platform(template, **values)
    elif organisation.status != organisation.Status.NEW:
        outbox.queue(template, **values)
    elif request.user.is_authenticated or address in own_administrators.proven():
        # Without the name of an organisation that is not active yet; strangers on its site cause none to anybody else.
        outbox.queue_for_platform(template, **values)


def _template_and_values(kind: str, context: dict[str, Any], request: HttpRequest) -> tuple[str, dict[str, Any]]:
    site = home(request)
    if kind in TEMPLATES:
        template, link = TEMPLATES[kind]
        addresses = {"url": context[link], "login_url": site + reverse("account_login")}
        return template, {name: facts.link(address) for name, address in addresses.items()}
    return "login-changed", {
        "change": facts.words(CHANGES.get(kind, _("The way you log in was changed."))),
        "when": {"clock": [timezone.now().isoformat(), timezone.get_current_timezone_name()]},
        "ip": context.get("ip", ""),
        "url": facts.link(site + reverse("account_reset_password")),
    }


@facts.written_as("clock")
def _day_and_clock(moment: str, zone: str) -> str:
    with timezone.override(ZoneInfo(zone)):
        at = datetime.fromisoformat(moment)
        return f"{dates.day(at)}, {dates.zoned_clock(at)}"


def home(request: HttpRequest) -> str:
    """The site's own address, whatever host and port the request used. No slash at the end."""
    organisation = getattr(request, "organisation", None)
    return organisation.url if organisation else f"{settings.SCHEME}://portal.{settings.NETLOC}"
