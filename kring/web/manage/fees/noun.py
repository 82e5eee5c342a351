"""Fees: what members owe, by tables and rules, and what was agreed with one of them (C1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.web.manage.noun import MONITOR, SECRETARY, TREASURER, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="fees",
    menu=MenuItem("manage:fees", pgettext_lazy("of members", "Fees"), "coin"),
    rights={"see_dues": frozenset({TREASURER, SECRETARY, MONITOR})},
    pages={
        "see_dues": ["fees", "fee_check"],
        "manage_dues": [
            *("fee_table_new", "fee_table", "fee_table_removal"),
            *("reduction_new", "reduction", "reduction_removal"),
            *("surcharge_new", "surcharge", "surcharge_removal"),
            *("member_fee", "fee_differences"),
        ],
    },
    audit_labels={
        "fee_table.added": _("fee table added"),
        "fee_table.changed": _("fee table changed"),
        "fee_table.removed": _("fee table removed"),
        "member.fee_agreed": _("contribution agreed with a member"),
        "member.surcharges_set": _("surcharges of a member changed"),
        "reduction.added": _("reduction added"),
        "reduction.changed": _("reduction changed"),
        "reduction.removed": _("reduction removed"),
        "surcharge.added": _("surcharge added"),
        "surcharge.changed": _("surcharge changed"),
        "surcharge.removed": _("surcharge removed"),
    },
)
