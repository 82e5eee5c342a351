"""The monitor: how the organisation is doing, at a glance and on a wall (B6). It changes nothing, and names nobody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import MONITOR, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="monitor",
    menu=MenuItem("manage:monitor", _("Monitor"), "device-desktop"),
    rights={"see_monitor": frozenset({MONITOR})},
    pages={"see_monitor": ["monitor"]},
)
