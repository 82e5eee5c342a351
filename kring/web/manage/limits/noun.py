"""Limits: how much there may be of what, and how much of it is in use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="limits",
    menu=MenuItem("manage:limits", _("Limits"), "adjustments-horizontal"),
    rights={"see_limits": frozenset()},
    pages={"see_limits": ["limits"]},
)
