"""Groups and teams of members, and who is in them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.access import LEADER
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

KEPT_BY_LEADERS = ("group_attendance", "meeting_new", "meeting", "meeting_change", "meeting_removal", "group_mail")

NOUN = Noun(
    name="groups",
    menu=MenuItem("manage:groups", _("Groups"), "hierarchy"),
    pages={
        "see_members": ["groups", "group"],
        "change_members": [
            *("group_new", "group_change", "group_retirement", "group_restoring", "group_removal"),
            *KEPT_BY_LEADERS,
            *("group_adding", "group_people", "group_enrolled", "member_groups"),
            *("seasons", "season_new", "season", "season_removal"),
        ],
    },
    opens_also_to={LEADER: ["groups", "group", *KEPT_BY_LEADERS]},
    audit_labels={
        "group.changed": _("group changed"),
        "group.created": _("group added"),
        "group.joined": _("put into a group"),
        "group.left": _("taken out of a group"),
        "group.mailed": _("email written to a group"),
        "group.part_changed": _("leader or participant of a group"),
        "group.removed": _("group removed"),
        "group.restored": _("group used again"),
        "group.retired": _("group no longer used"),
        "attendance.noted": _("attendance noted"),
        "meeting.added": _("meeting of a group added"),
        "meeting.changed": _("meeting of a group changed"),
        "meeting.removed": _("meeting of a group removed"),
        "season.changed": _("season changed"),
        "season.created": _("season added"),
        "season.removed": _("season removed"),
    },
)
