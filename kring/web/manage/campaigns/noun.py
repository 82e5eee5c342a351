"""Campaigns of an event, and their codes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import ORGANISER, SET_UP, Noun, TabItem

NOUN = Noun(
    name="campaigns",
    tab=TabItem("campaigns", _("Codes"), SET_UP),
    rights={
        # Who knows a code pays less.
        "see_codes": frozenset({ORGANISER}),
        "change_codes": frozenset({ORGANISER}),
    },
    pages={
        "see_codes": ["campaigns", "campaign", "campaign_codes_file"],
        "change_codes": [
            *("campaign_new", "campaign_change", "campaign_removal"),
            *("campaign_code_new", "campaign_codes_new", "campaign_code_removal"),
        ],
    },
    audit_labels={
        "campaign.added": _("campaign added"),
        "campaign.changed": _("campaign changed"),
        "campaign.codes_added": _("codes added"),
        "campaign.code_removed": _("code removed"),
        "campaign.codes_exported": _("codes exported"),
        "campaign.removed": _("campaign removed"),
    },
)
