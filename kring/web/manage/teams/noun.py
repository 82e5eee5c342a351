"""The teams of an event: who leads them, who comes, what is missing (R8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="teams",
    pages={"see_registrations": ["teams", "team"]},
    audit_labels={
        "team.grown": _("people added to a team"),
        "team.person_changed": _("person of a team changed"),
        "team.person_removed": _("person taken out of a team"),
        "team.registered": _("team registered"),
    },
)
