"""Support access of the platform: whether it is allowed, who had it, ended at any moment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="support",
    menu=MenuItem("manage:support", _("Support access"), "help-circle"),
    rights={"see_support": frozenset(), "decide_support": frozenset()},
    pages={"see_support": ["support", "support_ending"], "decide_support": ["support_switch"]},
    audit_labels={
        "support.granted": _("support access begun by the platform"),
        "support.ended": _("support access ended"),
        "support.forbidden": _("support access forbidden"),
        "support.allowed": _("support access allowed"),
    },
)
