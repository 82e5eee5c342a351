"""Files of members for others, such as a federation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="layouts",
    pages={
        "see_members": ["export_layouts", "export_layout_file"],
        "change_members": ["export_layout_new", "export_layout", "export_layout_removal"],
    },
    audit_labels={
        "export_layout.created": _("export for others added"),
        "export_layout.changed": _("export for others changed"),
        "export_layout.removed": _("export for others removed"),
    },
)
