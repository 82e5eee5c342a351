"""The organiser's list as an address describes it: filters, order, columns, page (R7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from kring.events.models import Event
from kring.registrations import searching
from kring.registrations.columns import Column, chosen, columns_of
from kring.registrations.listing import NEWEST_FIRST, Listing, Look, fetch
from kring.registrations.models import Registration, SavedView
from kring.registrations.searching import SearchResult
from kring.web.manage.pages import PER_PAGE, ForgivingPaginator
from kring.web.manage.registrations.filters import ListForm
from kring.web.manage.registrations.table import Cells, Head, heads

# Of a search: more than that nobody reads, and a page must not wait for all of them. Exports and acts take all.
MOST_FOUND = 3_000
LONGEST_ADDRESS = 8_000
# What belongs to the list itself, and not to one page of it.
COLUMN, SORT, PAGE = "col", "sort", "page"


@dataclass(frozen=True)
class StateCount:
    state: str
    label: Any
    number: int
    query: str
    is_chosen: bool


class RegistrationList:
    """`query` as in the address; `user` has saved views and remembered columns. Reads when asked for something."""

    def __init__(self, query: QueryDict, user: Any, event: Event | None, *, most_found: int | None = None) -> None:
        self.query, self.user, self.event, self.most_found = query, user, event, most_found

    @cached_property
    def columns(self) -> dict[str, Column]:
        return columns_of(self.event)

    @cached_property
    def views(self) -> list[SavedView]:
        """By name; and what was chosen last, which has none."""
        mine = SavedView.objects.for_list(self.user, self.event) | SavedView.objects.filter(
            owner=self.user, event=self.event, name=""
        )
        return list(mine)

    @cached_property
    def shown(self) -> list[Column]:
        asked = self.query.getlist(COLUMN)
        remembered = next((view.query.get(COLUMN, []) for view in self.views if not view.name), [])
        return chosen(self.columns, asked or remembered)

    @cached_property
    def form(self) -> ListForm:
        return ListForm(self.query, event=self.event, columns=self.columns)

    @cached_property
    def found(self) -> SearchResult | None:
        if not self.form.is_valid():
            return SearchResult([])
        words = searching.words_of(self.form.said["q"])
        return searching.find(words, self.event, most=self.most_found) if words else None

    @cached_property
    def listing(self) -> Listing:
        wanted = self.form.wanted(self.found.keys if self.found else None)
        return Listing(wanted, self.event, self.sort)

    @property
    def sort(self) -> str:
        asked = self.query.get(SORT, "")
        return asked if asked.removeprefix("-") in self.columns else NEWEST_FIRST

    @cached_property
    def look(self) -> Look:
        """At the page that is asked for."""
        return self.listing.look((self._asked_page - 1) * PER_PAGE, PER_PAGE)

    @property
    def _asked_page(self) -> int:
        asked = self.query.get(PAGE, "")
        return max(int(asked), 1) if asked.isdecimal() and len(asked) < 9 else 1

    @property
    def counts(self) -> dict[str, int]:
        return self.look.counts

    @property
    def total(self) -> int:
        return self.listing.total(self.counts)

    @cached_property
    def page(self) -> Any:
        return ForgivingPaginator(range(self.total), PER_PAGE).page(self.query.get(PAGE, 1))

    @property
    def heads(self) -> list[tuple[Head, str]]:
        """Each with the address that sorts by it."""
        return [(head, self.with_(sort=head.sort)) for head in heads(self.shown, self.sort)]

    @property
    def rows(self) -> list[tuple[int, str, list[Any]]]:
        """Key, name and cells of each on this page."""
        numbers = self.page.object_list
        keys = self.look.keys
        if numbers and self.page.number != self._asked_page:
            keys = self.listing.look(numbers.start, PER_PAGE).keys
        cells = Cells(self.shown)
        return [(row["pk"], row["attendee_name"], list(cells.of(row))) for row in fetch(keys, self.shown)]

    @property
    def states(self) -> list[StateCount]:
        """How many there are of each state under the other filters; each leads to its own."""
        wanted = self.listing.wanted.state
        return [
            StateCount(state, label, self.counts.get(state, 0), self.with_(state="" if state == wanted else state),
                       state == wanted)
            for state, label in Registration.State.choices
            if self.counts.get(state) or state == wanted
        ]  # fmt: skip

    @property
    def is_filtered(self) -> bool:
        return not self.form.is_valid() or any(value not in (None, "") for value in self.form.said.values())

    @property
    def address(self) -> str:
        """Filters, order and columns, without the page."""
        return self.with_()

    def with_(self, **changes: str) -> str:
        query = self.query.copy()
        for name, value in {PAGE: "", **changes}.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return query.urlencode()


def of_request(request: HttpRequest, event: Event | None) -> RegistrationList:
    return RegistrationList(request.GET, request.user, event, most_found=MOST_FOUND)


def of_address(address: str, user: Any, event: Event | None) -> RegistrationList:
    """The same list again, all of it: for exports and acts on all that match."""
    if len(address) > LONGEST_ADDRESS:
        # Cut short it would lose filters, and find more than is meant.
        raise SuspiciousOperation("The address of a list is too long.")
    return RegistrationList(QueryDict(address), user, event)


def as_address(query: Mapping[str, list[str]]) -> str:
    made = QueryDict(mutable=True)
    for name, values in query.items():
        made.setlist(name, values)
    return made.urlencode()
