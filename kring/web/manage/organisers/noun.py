"""The organising bodies of events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="organisers",
    menu=MenuItem("manage:organisers", _("Organising bodies"), "building-community"),
    pages={
        "see_events": ["organisers"],
        "change_events": ["organiser_new", "organiser", "organiser_removal"],
    },
    audit_labels={
        "organiser.changed": _("organising body changed"),
        "organiser.described": _("more details of an organising body changed"),
        "organiser.created": _("organising body added"),
        "organiser.removed": _("organising body removed"),
    },
)
