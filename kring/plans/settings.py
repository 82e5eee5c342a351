"""Settings of the platform about plans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.organisations.platform_settings import KnownSetting, ValueType, declare, value_of

GROUP = _("Plans")
DAYS_OF_GRACE = 14

declare(
    KnownSetting(
        "plans_on",
        GROUP,
        _("Organisations subscribe to a plan"),
        _("Without plans nobody sees anything of them, and nothing is limited."),
        ValueType.FLAG,
        False,
    ),
    KnownSetting(
        "billing_grace_days",
        GROUP,
        _("Grace period (days)"),
        _("After a payment has failed everything stays open for so many days; then access is limited."),
        ValueType.NUMBER,
        DAYS_OF_GRACE,
    ),
)


def plans_on() -> bool:
    """One statement."""
    return bool(value_of("plans_on"))


def grace_days() -> int:
    """One statement."""
    return int(value_of("billing_grace_days"))
