"""Events: created, changed, submitted, accepted, called off, copied."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.events.models import Event
from kring.web.access import PERSON
from kring.web.manage.noun import FIRST, MONITOR, ORGANISER, Noun, TabItem
from kring.web.navigation import MenuItem

State = Event.State

NOUN = Noun(
    name="events",
    menu=MenuItem("manage:events", _("Events"), "calendar-event"),
    tab=TabItem("event", _("Overview"), group=FIRST),
    rights={
        "see_events": frozenset({ORGANISER, MONITOR}),
        "change_events": frozenset({ORGANISER}),
        "approve_events": frozenset(),
    },
    pages={
        "see_events": ["events", "event"],
        "change_events": [
            *("event_new", "event_names", "event_change", "event_removal", "event_copy"),
            *("event_submission", "event_withdrawal", "event_cancellation"),
        ],
        "approve_events": ["event_acceptance", "event_rejection"],
    },
    # Where everybody may create events, and for users who have created some.
    opens_also_to={PERSON: ["events", "event_new", "event_names"]},
    tones={
        "success": (State.ACCEPTED, State.RUNNING_OPEN),
        "info": (State.OPEN,),
        "warning": (State.PENDING,),
        "neutral": (State.NEW, State.CLOSED, State.RUNNING_CLOSED, State.FINISHED, State.CANCELLED),
    },
    audit_labels={
        "event.accepted": _("event accepted"),
        "event.cancelled": _("event called off"),
        "event.change_told": _("attendees notified of a change"),
        "event.changed": _("event changed"),
        "event.copied": _("event created as a copy"),
        "event.created": _("event created"),
        "event.described": _("more details of an event changed"),
        "event.moved": _("status changed automatically"),
        "event.published": _("event made public"),
        "event.rejected": _("event rejected"),
        "event.removed": _("event removed"),
        "event.submitted": _("event submitted"),
        "event.withdrawn": _("event withdrawn before approval"),
        "places.changed": _("places changed"),
    },
)
