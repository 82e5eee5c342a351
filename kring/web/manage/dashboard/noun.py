"""The first page: tasks and figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import DOOR, MONITOR, ORGANISER, SECRETARY, TREASURER, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="dashboard",
    menu=MenuItem("manage:dashboard", _("Dashboard"), "layout-dashboard", exact=True),
    rights={"see_dashboard": frozenset({ORGANISER, TREASURER, SECRETARY, DOOR, MONITOR})},
    pages={"see_dashboard": ["dashboard"]},
)
