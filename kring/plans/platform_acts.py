"""Words of what the log of the platform says about plans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.organisations import platform_log

platform_log.acts.add("plan.created", _("plan created"))
platform_log.acts.add("plan.changed", _("plan changed"))
platform_log.acts.add("plan.removed", _("plan removed"))
platform_log.acts.add("plan_subscription.changed", _("subscription changed"))
platform_log.acts.add("organisation.billing_status_changed", _("billing status changed"))
platform_log.acts.add("stripe.connected", _("platform connected to Stripe"))
