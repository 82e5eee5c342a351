"""The organisation's own list of professions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="professions",
    pages={
        "manage_settings": [
            *("professions", "profession_new", "profession", "profession_removal", "profession_position"),
            *("profession_proofs", "profession_proof", "profession_proof_file"),
        ],
    },
    audit_labels={
        "profession.added": _("profession added"),
        "profession.changed": _("profession changed"),
        "profession.moved": _("profession moved"),
        "profession.removed": _("profession removed"),
        "profession_proof.accepted": _("proof of a profession accepted"),
        "profession_proof.handed_in": _("proof of a profession handed in"),
        "profession_proof.refused": _("proof of a profession not accepted"),
    },
)
