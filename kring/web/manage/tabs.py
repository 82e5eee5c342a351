"""The pages of one event, as far as a role may open them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.web.manage.noun import FIRST, RUN, SET_UP
from kring.web.manage.nouns import NOUNS, RIGHT_OF
from kring.web.manage.rights import may

GROUPS = {SET_UP: pgettext_lazy("tabs", "Set up"), RUN: pgettext_lazy("tabs", "Run")}
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


def tabs_of(request: UserRequest, event: Event) -> EventTabs:
    """The first is always there; the others are in two groups, of which one is shown at a time."""
    tabs = {key: _made(request, event, key) for key in GROUPS}
    # The group of this page or of the tab it is under; of a page that is in none, the one that is needed now.
    now = SET_UP if event.state in BEFORE_PEOPLE_COME else RUN
    shown = next((key for key, group in tabs.items() if any(request.path.startswith(tab.url) for tab in group)), now)
    if not tabs[shown]:
        shown = next((key for key in tabs if tabs[key]), shown)
    groups = [TabGroup(GROUPS[key], group, key == shown) for key, group in tabs.items() if group]
    return EventTabs(_made(request, event, FIRST), groups)


def _made(request: UserRequest, event: Event, group: str) -> list[Tab]:
    found = [
        (reverse(f"manage:{tab.route}", args=[event.pk]), (event.is_period and tab.in_a_period) or tab.label)
        for tab in (noun.tab for noun in NOUNS)
        if tab and tab.group == group and may(request, RIGHT_OF[tab.route])
    ]
    return [Tab(url, label, url == request.path) for url, label in found]
