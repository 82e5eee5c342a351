"""The organisation's own list of professions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="professions",
    pages={
        "manage_settings": [
            *("professions", "profession_new", "profession", "profession_removal", "profession_position"),
        ],
    },
    audit_labels={
        "profession.added": _("profession added"),
        "profession.changed": _("profession changed"),
        "profession.moved": _("profession moved"),
        "profession.removed": _("profession removed"),
    },
)
