"""The platform's own account with Stripe: organisations pay for plans there, and connect theirs to it (B2, B4)."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.organisations.platform_settings import KnownSetting, declare, value_of

GROUP = "Stripe"

declare(
    KnownSetting(
        "stripe_secret_key",
        GROUP,
        _("Secret key"),
        _("Of the platform's own account: it begins with sk_. Enter it on the page of plans, which tries it."),
        is_secret=True,
    ),
    KnownSetting(
        "stripe_webhook_secret",
        GROUP,
        _("Secret of the webhook"),
        _("Kring makes the webhook at Stripe and keeps its secret here."),
        is_secret=True,
    ),
)


def keys() -> dict[str, str]:
    """For a client of Stripe's API; {} where the platform has no account. One statement."""
    key = str(value_of("stripe_secret_key"))
    return {"secret_key": key} if key else {}


def notify_url() -> str:
    """Where Stripe notifies the platform."""
    return f"{settings.SCHEME}://portal.{settings.NETLOC}/stripe/notifications/"
