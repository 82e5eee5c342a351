"""The organiser's list as an address describes it: filters, order, columns, page (R7)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.accounts.requests import UserRequest
from kring.core.searching import words_of
from kring.events.models import Event
from kring.registrations import searching
from kring.registrations.columns import Column, chosen, columns_of
from kring.registrations.listing import NEWEST_FIRST, Listing, Look, fetch
from kring.registrations.models import Registration
from kring.registrations.searching import SearchResult
from kring.web.manage.registrations.filters import ListForm
from kring.web.manage.registrations.table import Cells, heads
from kring.web.manage.shared.list_tools import ListTools
from kring.web.manage.shared.lists import (
    LONGEST_ADDRESS,
    MOST_COLUMNS,
    PAGE,
    PER_PAGE,
    SORT,
    FilterBar,
    ForgivingPaginator,
    ListHead,
    ListRow,
    Selection,
    StateCount,
    without,
    written,
)

LIST_NAME = "registrations"
# Of a search: nobody reads more than that, and a page must not wait for all of them. Exports and acts take all.
MOST_FOUND = 3_000


class RegistrationList:
    """What `tools` says: the address, and the columns this person remembers. Queries on access."""

    # Exports have the columns that are shown.
    exports_columns = True

    def __init__(self, tools: ListTools, event: Event | None, *, most_found: int | None = None) -> None:
        self.query, self.tools, self.event, self.most_found = tools.query, tools, event, most_found
        self.selection, self.export = Selection(), ""

    @cached_property
    def columns(self) -> dict[str, Column]:
        return columns_of(self.event)

    @cached_property
    def shown(self) -> list[Column]:
        return chosen(self.columns, self.tools.wanted)

    def offer_columns(self) -> None:
        self.tools.columns = [(column.key, column.label) for column in self.columns.values()]
        self.tools.shown = [column.key for column in self.shown]

    @cached_property
    def form(self) -> ListForm:
        return ListForm(self.query, event=self.event, columns=self.columns)

    @cached_property
    def filters(self) -> FilterBar:
        return FilterBar(self.form, self.query, ListForm.FIRST)

    @cached_property
    def found(self) -> SearchResult | None:
        if not self.form.is_valid():
            return SearchResult([])
        words = words_of(self.form.chosen["q"])
        return searching.find(words, self.event, most=self.most_found) if words else None

    @cached_property
    def listing(self) -> Listing:
        wanted = self.form.wanted(self.found.keys if self.found else None)
        return Listing(wanted, self.event, self.sort)

    @property
    def sort(self) -> str:
        wanted = self.query.get(SORT, "")
        return wanted if wanted.removeprefix("-") in self.columns else NEWEST_FIRST

    @cached_property
    def look(self) -> Look:
        """At the requested page."""
        return self.listing.look((self._asked_page - 1) * PER_PAGE, PER_PAGE)

    @property
    def _asked_page(self) -> int:
        number = self.query.get(PAGE, "")
        return max(int(number), 1) if number.isdecimal() and len(number) < 9 else 1

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
    def heads(self) -> list[ListHead]:
        return heads(self.shown, self.sort, self.query)

    @property
    def notes(self) -> list[str]:
        """Hints about a search."""
        found, texts = self.found, []
        if found and found.are_similar and self.total:
            texts.append(_("No exact match; these are similar."))
        if found and found.is_cut:
            texts.append(_("More than %(number)s match your search; of these:") % {"number": len(found.keys)})
        return texts

    @property
    def is_wide(self) -> bool:
        return len(self.shown) > MOST_COLUMNS

    @property
    def body(self) -> SafeString:
        """The rows of this page."""
        numbers = self.page.object_list
        keys = self.look.keys
        if numbers and self.page.number != self._asked_page:
            keys = self.listing.look(numbers.start, PER_PAGE).keys
        cells = Cells(self.shown)
        rows = (ListRow(cells.of(row), row["pk"], row["attendee_name"]) for row in fetch(keys, self.shown))
        return written(rows, with_boxes=bool(self.selection.acts))

    @property
    def states(self) -> list[StateCount]:
        """How many there are of each state under the other filters; each leads to its own."""
        wanted, counts = self.listing.wanted.state, self.counts

        def address_of(state: str) -> str:
            return self.with_(state="" if state == wanted else state)

        return [
            StateCount(state, label, counts.get(state, 0), address_of(state), state == wanted)
            for state, label in Registration.State.choices
            if counts.get(state) or state == wanted
        ]

    @property
    def is_filtered(self) -> bool:
        return not self.form.is_valid() or any(value not in (None, "") for value in self.form.chosen.values())

    @property
    def address(self) -> str:
        """FilterBar, order and columns, without the page."""
        return self.with_()

    def with_(self, **changes: str) -> str:
        return without(self.query, **changes)


def of_request(request: UserRequest, event: Event | None) -> RegistrationList:
    return RegistrationList(ListTools.of(request), event, most_found=MOST_FOUND)


def of_address(address: str, user: User, event: Event | None) -> RegistrationList:
    """The same list again, all of it: for exports and acts on all that match."""
    if len(address) > LONGEST_ADDRESS:
        # Cut short it would lose filters, and find more than was meant.
        raise SuspiciousOperation("The address of a list is too long.")
    tools = ListTools(user, LIST_NAME, event.pk if event else None, QueryDict(address))
    return RegistrationList(tools, event)
