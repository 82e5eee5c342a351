"""The pages of one event, as far as a role may open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.events.models import Event
from kring.web.manage.rights import may

SET_UP, RUN = "set_up", "run"
GROUPS = {SET_UP: pgettext_lazy("tabs", "Set up"), RUN: pgettext_lazy("tabs", "Run")}
# The first is always there; the others stand in two groups, of which one is shown at a time.
OVERVIEW = ("event", _("Overview"), "see_events")
TABS = {
    SET_UP: [
        ("attractions", _("Attractions"), "see_events"),
        ("sessions", _("Sessions"), "see_events"),
        ("event_forms", _("Forms"), "see_events"),
        ("eligibility", _("Eligibility"), "see_events"),
        ("payment_options", _("Payment"), "see_events"),
    ],
    RUN: [
        ("event_registrations", _("Registrations"), "see_registrations"),
        ("waiting_list", _("Waiting list"), "see_registrations"),
        ("event_report", _("Report"), "see_registrations"),
        ("event_door", _("Door"), "see_door"),
        ("event_mail", _("Mails"), "see_mail"),
        ("event_history", _("History"), "see_events"),
    ],
}
# What they are called in an enrolment period (E7).
IN_A_PERIOD = {"attractions": _("Groups")}
BEFORE_PEOPLE_COME = (Event.State.NEW, Event.State.PENDING, Event.State.ACCEPTED)


@dataclass(frozen=True)
class Tab:
    url: str
    label: str | Promise
    is_current: bool


@dataclass(frozen=True)
class TabGroup:
    label: str | Promise
    tabs: list[Tab]
    is_shown: bool

    @property
    def url(self) -> str:
        return self.tabs[0].url


@dataclass(frozen=True)
class EventTabs:
    """`first` leads to the overview, where the role may see it."""

    first: list[Tab]
    groups: list[TabGroup]

    @property
    def shown(self) -> list[Tab]:
        return [*self.first, *(tab for group in self.groups if group.is_shown for tab in group.tabs)]

    @property
    def current(self) -> Tab | None:
        every = [*self.first, *(tab for group in self.groups for tab in group.tabs)]
        return next((tab for tab in every if tab.is_current), None)


def tabs_of(request: HttpRequest, event: Event) -> EventTabs:
    tabs = {key: _made(request, event, group) for key, group in TABS.items()}
    # The group of this page; of a page that is in none, the one that is needed now.
    now = SET_UP if event.state in BEFORE_PEOPLE_COME else RUN
    shown = next((key for key, group in tabs.items() if any(tab.is_current for tab in group)), now)
    if not tabs[shown]:
        shown = next((key for key in tabs if tabs[key]), shown)
    groups = [TabGroup(GROUPS[key], group, key == shown) for key, group in tabs.items() if group]
    return EventTabs(_made(request, event, [OVERVIEW]), groups)


def _made(request: HttpRequest, event: Event, tabs: Sequence[tuple[str, Any, str]]) -> list[Tab]:
    words = IN_A_PERIOD if event.is_period else {}
    found = [
        (reverse(f"manage:{name}", args=[event.pk]), words.get(name, label))
        for name, label, right in tabs
        if may(request, right)
    ]
    return [Tab(url, label, url == request.path) for url, label in found]
