"""Mails in the organisation's own words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="wordings",
    pages={"manage_settings": ["wordings", "wording", "wording_preview", "wording_removal"]},
    audit_labels={
        "wording.changed": _("text of an email changed"),
        "wording.removed": _("text of an email reset"),
    },
)
