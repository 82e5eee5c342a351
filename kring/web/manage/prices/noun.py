"""Price rules of an event, and trying them with facts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="prices",
    tab=TabItem("prices", _("Prices")),
    pages={
        "see_events": ["prices", "price_check"],
        "change_events": [
            *("price_rule_new", "price_rule_add", "price_rule", "price_rule_removal"),
            *("price_rule_position", "price_rule_use"),
        ],
    },
    audit_labels={
        "price_rule.added": _("price rule added"),
        "price_rule.changed": _("price rule changed"),
        "price_rule.moved": _("price rule moved"),
        "price_rule.removed": _("price rule removed"),
    },
)
