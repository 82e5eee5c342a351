"""The organisation leaves the platform, with all that is its own (T6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="deletion",
    rights={"delete_organisation": frozenset()},
    pages={"delete_organisation": ["deletion", "deletion_taking_back"]},
    audit_labels={
        "organisation.deletion_asked": _("deletion of the organisation asked for"),
        "organisation.deletion_taken_back": _("deletion of the organisation taken back"),
        "organisation.deletion_begun": _("deletion of the organisation begun"),
    },
)
