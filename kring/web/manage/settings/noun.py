"""The organisation's name, place, appearance, and what it lets people do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="settings",
    menu=MenuItem("manage:settings", _("Settings"), "settings"),
    rights={
        "manage_settings": frozenset(),
        # Where its money arrives.
        "change_own_account": frozenset(),
    },
    pages={"manage_settings": ["settings"]},
    audit_labels={
        "organisation.registered": _("organisation registered"),
        "organisation.changed": _("settings changed"),
        "organisation.activated": _("site opened by the platform"),
        "organisation.blocked": _("site closed by the platform"),
    },
)
