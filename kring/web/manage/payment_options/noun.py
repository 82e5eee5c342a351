"""The payment methods of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="payment_options",
    tab=TabItem("payment_options", _("Payment")),
    pages={
        "see_events": ["payment_options"],
        "change_events": ["payment_option", "payment_option_removal"],
    },
    audit_labels={
        "payment_option.added": _("payment method added"),
        "payment_option.changed": _("payment method changed"),
        "payment_option.removed": _("payment method removed"),
    },
)
