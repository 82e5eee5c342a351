"""The platform's own account with Stripe: organisations pay for plans there, and connect theirs to it (B2, B4)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.organisations.platform_settings import KnownSetting, ValueType, declare, value_of

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


declare(
    KnownSetting(
        "stripe_connect_webhook_secret",
        GROUP,
        _("Secret of the webhook for connected accounts"),
        _("Kring makes the webhook at Stripe and keeps its secret here."),
        is_secret=True,
    ),
    KnownSetting(
        "application_fee_percent",
        GROUP,
        _("Application fee (%)"),
        _("Of each payment to an organisation's connected account so much goes to the platform. Empty: nothing."),
        ValueType.PERCENT,
    ),
)


def fee_units(units: int) -> int:
    """Of a payment in the smallest units of its currency, rounded half up. One statement."""
    percent = Decimal(str(value_of("application_fee_percent") or 0))
    return int((units * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def keys() -> dict[str, str]:
    """For a client of Stripe's API; {} where the platform has no account. One statement."""
    key = str(value_of("stripe_secret_key"))
    return {"secret_key": key} if key else {}


def connected_notify_url() -> str:
    """Where Stripe notifies the platform of what happens in connected accounts."""
    return f"{settings.SCHEME}://portal.{settings.NETLOC}/stripe/connected/notifications/"


def notify_url() -> str:
    """Where Stripe notifies the platform."""
    return f"{settings.SCHEME}://portal.{settings.NETLOC}/stripe/notifications/"
