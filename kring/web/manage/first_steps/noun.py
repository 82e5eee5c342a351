"""What a new organisation does first: a list that ticks itself, on the dashboard until it is hidden (T1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="first_steps",
    rights={"see_first_steps": frozenset()},
    pages={"see_first_steps": ["first_steps", "first_steps_hiding", "first_steps_bringing_back"]},
    audit_labels={
        "first_steps.hidden": _("first steps hidden"),
        "first_steps.brought_back": _("first steps shown again"),
    },
)
