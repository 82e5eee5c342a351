"""Donations: who gave what in a year, and their receipts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="donations",
    pages={
        "see_dues": ["donations", "donation_receipt"],
        "manage_dues": ["donation_receipts_making", "donation_settings"],
    },
    audit_labels={
        "donations.receipts_made": _("receipts of donations made"),
        "donations.settings_changed": _("settings of donations changed"),
    },
)
