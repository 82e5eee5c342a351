"""The side bar of the administration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.web.manage.nouns import NOUNS
from kring.web.navigation import MenuItem

# By the name of the first noun below it.
HEADINGS: dict[str, str | Promise] = {
    "members": pgettext_lazy("people", "Members"),
    "events": _("Events"),
    "orders": pgettext_lazy("side bar", "Money"),
    "dues": pgettext_lazy("side bar", "Contributions"),
    "mail": pgettext_lazy("side bar", "Email"),
    "users": _("Settings"),
}


def _entries() -> Iterator[MenuItem]:
    heading: str | Promise = ""
    for noun in NOUNS:
        heading = HEADINGS.get(noun.name, heading)
        if noun.menu:
            yield replace(noun.menu, heading=heading)


ENTRIES = list(_entries())
