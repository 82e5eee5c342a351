"""Applications for membership (M4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.members.models import Application
from kring.web.manage.noun import SECRETARY, Noun
from kring.web.navigation import MenuItem

State = Application.State

NOUN = Noun(
    name="applications",
    menu=MenuItem("manage:applications", _("Applications"), "user-plus"),
    rights={"decide_applications": frozenset({SECRETARY})},
    pages={
        "decide_applications": [
            *("applications", "application", "application_approval", "application_acceptance", "application_waiting"),
            *("application_decline", "application_account", "application_file", "applications_in_line", "line_member"),
        ],
        "change_members": ["application_settings"],
    },
    tones={
        "success": (State.ACCEPTED,),
        "info": (State.SUBMITTED, State.APPROVED),
        "warning": (State.WAITING,),
        "neutral": (State.DECLINED, State.WITHDRAWN),
    },
    audit_labels={
        "application.accepted": _("application accepted"),
        "application.account_seen": _("account number of an application looked at"),
        "application.address_proved": _("address of an application confirmed"),
        "application.approved": _("application approved by one of two"),
        "application.declined": _("application declined"),
        "application.put_in_line": _("application waits for a place in a group"),
        "application.submitted": _("application submitted"),
        "application.withdrawn": _("application withdrawn"),
        "group.waited_for": _("member put on the waiting list of a group"),
        "group.waited_for_no_more": _("member taken off the waiting list of a group"),
        "application_settings.changed": _("settings of applications changed"),
        "applications.deleted": _("old applications deleted"),
    },
)
