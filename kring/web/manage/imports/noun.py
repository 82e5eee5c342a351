"""Imports of members from files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.members.models import MemberImport
from kring.web.manage.noun import Noun

State = MemberImport.State

NOUN = Noun(
    name="imports",
    pages={
        "change_members": [
            *(
                "imports",
                "import",
                "import_columns",
                "import_values",
                "import_decision",
                "import_report",
                "import_template",
            ),
            *("import_start", "import_pause", "import_going_on", "import_stop", "import_undoing"),
        ],
    },
    tones={
        "success": (State.DONE,),
        "info": (State.PLANNED, State.RUNNING, State.PLANNING),
        "warning": (State.PAUSED,),
        "neutral": (State.READ, State.STOPPED, State.UNDONE),
    },
    audit_labels={
        "import.begun": _("import of members begun"),
        "import.finished": _("import of members finished"),
        "import.read": _("file of members read"),
        "import.values_mapped": _("values of a file mapped"),
        "import.undone": _("import of members undone"),
        "member.removed": _("member removed"),
    },
)
