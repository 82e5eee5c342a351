"""The payment methods of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import ORGANISER, Noun, TabItem

NOUN = Noun(
    name="payment_options",
    tab=TabItem("payment_options", _("Payment")),
    # Among them the account to which buyers transfer.
    rights={"change_payment_options": frozenset({ORGANISER})},
    pages={
        "see_events": ["payment_options"],
        "change_payment_options": ["payment_option", "payment_option_removal"],
        "change_events": ["instalment_plan", "instalment_plan_removal"],
    },
    audit_labels={
        "attraction.instalments_planned": _("instalments offered"),
        "attraction.instalments_withdrawn": _("instalments no longer offered"),
        "payment_option.added": _("payment method added"),
        "payment_option.changed": _("payment method changed"),
        "payment_option.removed": _("payment method removed"),
    },
)
