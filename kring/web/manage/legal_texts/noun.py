"""Terms and privacy notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="legal_texts",
    pages={"manage_settings": ["terms", "privacy"]},
    audit_labels={
        "legal_text.published": _("terms or privacy notice published"),
    },
)
