"""Whether somebody is a member: for those who may not see the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import BOX_OFFICE, DOOR, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="lookup",
    menu=MenuItem("manage:member_lookup", _("Member?"), "zoom-check"),
    rights={"look_up_members": frozenset({BOX_OFFICE, DOOR})},
    pages={"look_up_members": ["member_lookup"]},
    audit_labels={"member.looked_up": _("looked up whether somebody is a member")},
)
