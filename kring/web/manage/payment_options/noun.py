"""The payment methods of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="payment_options",
    tab=TabItem("payment_options", _("Payment")),
    pages={
        "see_events": ["payment_options"],
        "change_events": [
            *("payment_option", "payment_option_removal"),
            *("instalment_plan", "instalment_plan_removal"),
        ],
    },
    audit_labels={
        "attraction.instalments_planned": _("instalments offered"),
        "attraction.instalments_withdrawn": _("instalments no longer offered"),
        "payment_option.added": _("payment method added"),
        "payment_option.changed": _("payment method changed"),
        "payment_option.removed": _("payment method removed"),
    },
)
