"""The door of an event: entrances, who has been let in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.checkin.models import Scan
from kring.web.manage.noun import DOOR, MONITOR, ORGANISER, RUN, Noun, TabItem
from kring.web.navigation import MenuItem

Result = Scan.Result

NOUN = Noun(
    name="door",
    menu=MenuItem("door:scan", _("Door"), "scan"),
    tab=TabItem("event_door", _("Door"), group=RUN),
    rights={
        "see_door": frozenset({ORGANISER, DOOR, MONITOR}),
        "change_door": frozenset({ORGANISER}),
    },
    pages={
        "see_door": ["event_door"],
        "change_door": ["entrance", "entrance_removal"],
    },
    tones={
        "success": (Result.VALID,),
        "warning": (Result.ALREADY_SCANNED, Result.NOT_PAID, Result.OTHER_DAY, Result.SHORT_CODE, Result.OVERDUE),
        "danger": (Result.NOT_FOUND, Result.WRONG_EVENT),
        "neutral": (Result.CANCELLED, Result.PASSED_ON, Result.CHANGED, Result.UNDONE),
    },
    audit_labels={
        "checkin.undone": _("check-in undone"),
        "location.added": _("entrance added"),
        "location.removed": _("entrance removed"),
        "location.renamed": _("entrance renamed"),
    },
)
