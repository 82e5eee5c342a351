"""The guest list of an event: who is let in without a ticket (D5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import BOX_OFFICE, DOOR, MONITOR, ORGANISER, RUN, Noun, TabItem

NOUN = Noun(
    name="guests",
    tab=TabItem("guests", _("Guest list"), group=RUN),
    rights={
        # A door ticks them off on its own pages.
        "see_guests": frozenset({ORGANISER, BOX_OFFICE, DOOR, MONITOR}),
        "change_guests": frozenset({ORGANISER}),
    },
    pages={
        "see_guests": ["guests"],
        "change_guests": [
            *("guest_new", "guest", "guest_removal", "guests_export"),
            *("guest_uploads", "guest_upload", "guest_upload_start", "guest_upload_undoing"),
        ],
    },
    audit_labels={
        "guest.added": _("guest added"),
        "guest.changed": _("guest changed"),
        "guest.removed": _("guest removed"),
        "guest.undone": _("arrival of a guest undone"),
        "guests.exported": _("guest list exported"),
        "guests.forgotten": _("names of guests deleted"),
        "guests.read": _("file of guests read"),
        "guests.upload_undone": _("upload of guests undone"),
        "guests.uploaded": _("guests uploaded"),
    },
)
