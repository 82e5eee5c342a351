"""Waiting lists: rules, who waits, invitations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.waiting.models import Invitation, WaitingEntry
from kring.web.manage.noun import RUN, Noun, TabItem
from kring.web.navigation import MenuItem

State, OfInvitation = WaitingEntry.State, Invitation.State

NOUN = Noun(
    name="waiting",
    menu=MenuItem("manage:waiting_lists", _("Waiting lists"), "hourglass"),
    tab=TabItem("waiting_list", _("Waiting list"), group=RUN),
    pages={
        "see_registrations": [
            *("waiting_lists", "waiting_list", "waiting_export", "waiting_entry"),
            *("waiting_group", "waiting_group_export"),
        ],
        "change_registrations": [
            *("waiting_list_new", "waiting_rules", "waiting_end", "waiting_invite", "waiting_sending"),
            *("waiting_entry_new", "waiting_entry_sending", "waiting_entry_removal", "waiting_entry_position"),
        ],
    },
    tones={
        "success": (State.CONVERTED,),
        "info": (State.INVITED, OfInvitation.OPEN),
        "warning": (State.WAITING,),
        "danger": (OfInvitation.UNSENT,),
        "neutral": (State.DECLINED, State.EXPIRED, State.WITHDRAWN),
    },
    audit_labels={
        "waiting.added": _("put on a waiting list"),
        "waiting.exported": _("waiting list exported"),
        "waiting.invited": _("invited from a waiting list"),
        "waiting.moved": _("moved in a waiting list"),
        "waiting.removed": _("taken off a waiting list"),
        "waiting.sent_again": _("invitation sent again"),
        "waiting_list.changed": _("waiting list changed"),
        "waiting_list.switched_on": _("waiting list switched on"),
    },
)
