"""The attractions of an event, with their ticket types; in an enrolment period these are groups (E7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="attractions",
    tab=TabItem("attractions", _("Attractions"), in_a_period=_("Groups")),
    pages={
        "see_events": ["attractions"],
        "change_events": ["attraction_new", "attraction", "attraction_removal", "attraction_position"],
    },
    audit_labels={
        "attraction.changed": _("attraction changed"),
        "attraction.created": _("attraction added"),
        "attraction.described": _("more details of an attraction changed"),
        "attraction.moved": _("attraction moved"),
        "attraction.removed": _("attraction removed"),
        "ticket_type.changed": _("ticket type changed"),
        "ticket_type.created": _("ticket type added"),
        "ticket_type.removed": _("ticket type removed"),
    },
)
