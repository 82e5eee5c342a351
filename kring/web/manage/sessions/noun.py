"""The programme of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="sessions",
    tab=TabItem("sessions", _("Sessions")),
    pages={
        "see_events": ["sessions"],
        "change_events": ["session_new", "session", "session_removal", "fewest_sessions"],
        "see_registrations": ["session_people"],
    },
    audit_labels={
        "registration.sessions_chosen": _("sessions chosen"),
        "session.changed": _("session changed"),
        "session.created": _("session added"),
        "session.removed": _("session removed"),
    },
)
