"""What the staff's pages must know of one noun, such as events or orders: declared once, in `<noun>/noun.py`.

docs/architecture.md lists the files a new noun needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from django.urls import URLPattern
from django.utils.functional import Promise

from kring.accounts.models import Role
from kring.web.navigation import MenuItem

ORGANISER, TREASURER, SECRETARY = Role.Name.ORGANISER, Role.Name.TREASURER, Role.Name.SECRETARY
BOX_OFFICE, DOOR, MONITOR = Role.Name.BOX_OFFICE, Role.Name.DOOR, Role.Name.MONITOR

# The groups of an event's tabs.
FIRST, SET_UP, RUN = "first", "set_up", "run"


@dataclass(frozen=True)
class TabItem:
    """A page of one event: the name of its URL, its words, and those in an enrolment period (E7) where they differ."""

    route: str
    label: str | Promise
    group: str = SET_UP
    in_a_period: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Noun:
    """`name` is that of the folder. No `noun.py` imports views: it is read by what views import.

    `rights`: who may do what; the administrator may do everything (A5).
    `pages`: the routes behind each right, its own or another noun's. The views repeat them in their decorators
    (rights.py), and tests/architecture compares the two.
    `opens_also_to`: routes that open without a role to a PERSON of the organisation, or, where the address does not
    name the event, to its MAKER; or to the LEADER of a group of members.
    `audit_labels`: each action in the log, in words.
    `tones`: how states look.
    """

    name: str
    pages: Mapping[str, Sequence[str]]
    rights: Mapping[str, frozenset[str]] = field(default_factory=dict)
    opens_also_to: Mapping[str, Sequence[str]] = field(default_factory=dict)
    menu: MenuItem | None = None
    tab: TabItem | None = None
    audit_labels: Mapping[str, str | Promise] = field(default_factory=dict)
    tones: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def urls(self, part: str) -> list[URLPattern]:
        """OF_ORGANISATION or OF_EVENT of the folder's urls.py."""
        found: list[URLPattern] = getattr(import_module(f"kring.web.manage.{self.name}.urls"), part, [])
        return found
