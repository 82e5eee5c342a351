"""The organisation's own subscription to a plan of the platform (B2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.plans.billing_status import BillingStatus
from kring.plans.models import PlanSubscription
from kring.web.manage.noun import TREASURER, Noun
from kring.web.navigation import MenuItem

State = PlanSubscription.State

NOUN = Noun(
    name="subscription",
    menu=MenuItem("manage:subscription", _("Subscription"), "receipt"),
    rights={"see_subscription": frozenset({TREASURER}), "change_subscription": frozenset()},
    pages={
        "see_subscription": ["subscription"],
        "change_subscription": [
            *("subscription_choice", "subscription_change", "subscription_cancellation", "subscription_keeping"),
            "subscription_portal",
        ],
    },
    tones={
        "success": (BillingStatus.OK,),
        "info": (State.TRIAL,),
        "warning": (State.PAST_DUE,),
        "danger": (BillingStatus.LIMITED,),
    },
    audit_labels={
        "plan_subscription.begun": _("checkout of a plan begun"),
        "plan_subscription.changed": _("subscription changed"),
        "organisation.billing_status_changed": _("billing status changed"),
    },
)
