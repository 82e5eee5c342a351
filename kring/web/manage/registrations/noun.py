"""Attendees: the list, one registration, acts on many."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.registrations.models import Registration
from kring.web.access import MAKER
from kring.web.manage.noun import MONITOR, ORGANISER, RUN, TREASURER, Noun, TabItem
from kring.web.navigation import MenuItem

State = Registration.State
# The same of all events, and of one.
LISTS = ("registrations", "event_registrations")

NOUN = Noun(
    name="registrations",
    menu=MenuItem("manage:registrations", _("Registrations"), "clipboard-list"),
    tab=TabItem("event_registrations", _("Registrations"), group=RUN),
    rights={
        "see_registrations": frozenset({ORGANISER, TREASURER, MONITOR}),
        "change_registrations": frozenset({ORGANISER}),
    },
    pages={
        "see_registrations": [
            *("registrations", "event_registrations", "registration", "registration_file"),
            *(f"{each}_{page}" for each in LISTS for page in ("export", "act")),
        ],
        "change_registrations": [
            *("registration_correction", "registration_cancellation", "registration_undo_check_in"),
            *("registration_ticket", "registration_ticket_again", "registration_passing_on"),
            "registration_change",
            *(f"{each}_act_{act}" for each in LISTS for act in ("mail", "cancel")),
        ],
        "confirm_payments": [f"{each}_act_{act}" for each in LISTS for act in ("confirm", "complete")],
    },
    opens_also_to={
        MAKER: [
            *("registration", "registration_file", "registration_correction", "registration_cancellation"),
            *("registration_undo_check_in", "registration_ticket", "registration_ticket_again"),
            *("registration_passing_on", "registration_change"),
        ],
    },
    tones={
        "success": (State.COMPLETED,),
        "info": (State.FILLED_IN,),
        "warning": (State.PAYING,),
        "neutral": (State.NEW, State.EXPIRED, State.CANCELLED),
    },
    audit_labels={
        "registration.member_set": _("member of a registration set"),
        "certificate.issued": _("certificate issued"),
        "certificate.reinstated": _("certificate valid again"),
        "certificate.withdrawn": _("certificate withdrawn"),
        "registration.corrected": _("registration corrected"),
        "registration.change_begun": _("change of a ticket begun"),
        "registration.changed": _("ticket changed for another one"),
        "registration.passed_on": _("ticket passed on"),
        "registration.cancelled": _("registration cancelled"),
        "registrations.bulk": _("bulk action on registrations"),
        "registrations.exported": _("registrations exported"),
        "ticket.sent_again": _("ticket sent again"),
    },
)
