"""Households, and the guardians of children."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="households",
    menu=MenuItem("manage:households", _("Households"), "home"),
    pages={
        "see_members": ["households", "household"],
        "change_members": [
            *("household_change", "household_adding", "household_dissolution", "household_guardian_new"),
            *("member_household", "member_household_leaving", "member_guardian_new"),
            *("guardian", "guardian_leaving", "guardianship", "guardianship_end"),
        ],
    },
    audit_labels={
        "guardian.added": _("guardian added"),
        "guardian.changed": _("guardian changed"),
        "guardian.ended": _("rights of a guardian ended"),
        "guardian.entrusted": _("child entrusted to a guardian"),
        "guardian.rights_changed": _("rights of a guardian changed"),
        "household.dissolved": _("household dissolved"),
        "household.formed": _("household added"),
        "household.joined": _("moved into a household"),
        "household.left": _("moved out of a household"),
        "household.moved": _("household moved house"),
        "household.renamed": _("household renamed"),
    },
)
