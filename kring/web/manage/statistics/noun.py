"""Figures about the members, and their jubilees and birthdays."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="statistics",
    menu=MenuItem("manage:statistics", _("Statistics"), "chart-bar"),
    pages={"see_members": ["statistics", "statistics_changes", "statistics_jubilees", "statistics_birthdays"]},
)
