"""The log: who did what, on what, when (L1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import RUN, Noun, TabItem
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="audit",
    menu=MenuItem("manage:audit", _("Audit log"), "history"),
    tab=TabItem("event_history", _("History"), group=RUN),
    rights={"see_log": frozenset()},
    pages={"see_log": ["audit"], "see_events": ["event_history"]},
)
