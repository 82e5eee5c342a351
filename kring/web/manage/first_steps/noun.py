"""What a new organisation does first: a list on the dashboard that ticks itself (T1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="first_steps",
    rights={"see_first_steps": frozenset()},
    pages={"see_first_steps": ["first_steps_hiding"]},
    audit_labels={"first_steps.hidden": _("first steps hidden")},
)
