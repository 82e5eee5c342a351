"""The organisation's tax status: from which day on it bears which VAT."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import TREASURER, Noun

NOUN = Noun(
    name="taxes",
    rights={"manage_taxes": frozenset({TREASURER})},
    pages={"manage_taxes": ["taxes", "tax_removal"]},
    audit_labels={"organisation.tax_status_changed": _("tax status changed")},
)
