"""The cells of the organiser's list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from kring.core import dates, money
from kring.registrations.columns import NAME, Column
from kring.web.manage.shared.lists import SORT, ListHead, without
from kring.web.manage.shared.table import two_lines
from kring.web.states import tone_of
from kring.web.templatetags.components import badge

NUMBERS = ("number", "money")
# What a card on a phone leaves out: its head shows it already, or it is a detail.
CLASSES = {"name": "cell-main", "created_at": "nowrap", "completed_at": "nowrap", "admitted_at": "nowrap"}


def heads(columns: Sequence[Column], sort: str, query: QueryDict) -> list[ListHead]:
    return [_head(column, sort, query) for column in columns]


def _head(column: Column, sort: str, query: QueryDict) -> ListHead:
    is_mine, css_class = sort.removeprefix("-") == column.key, "num" if column.kind in NUMBERS else ""
    is_sorted = ("descending" if sort.startswith("-") else "ascending") if is_mine else ""
    order = f"-{column.key}" if is_sorted == "ascending" else column.key
    return ListHead(column.label, css_class, without(query, **{SORT: order}), is_sorted)


class Cells:
    """Writes rows of `listing.fetch`; the badge of a state is made once for a list."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._badges: dict[str, str] = {}
        # The address is shown below the name, unless it has a column of its own.
        self._with_address = all(column.key != "email" for column in columns)

    def of(self, row: Mapping[str, object]) -> Iterator[tuple[str, str, Any]]:
        """Class, name and content of each cell."""
        for column in self.columns:
            css_class = "num" if column.kind in NUMBERS else CLASSES.get(column.key, "")
            yield css_class, str(column.label), self._content(column, row)

    def _content(self, column: Column, row: Mapping[str, Any]) -> Any:
        if column is NAME:
            return self._name(row)
        if column.kind == "state":
            return self._state(row["state"], column)
        value = column.value(row)
        return "" if value is None else _written(column.kind, value, row)

    def _name(self, row: Mapping[str, object]) -> SafeString:
        url = reverse("manage:registration", args=[row["pk"]])
        name = format_html('<a href="{}">{}</a>', url, row["attendee_name"] or gettext("not entered yet"))
        return two_lines(name, row["attendee_email"]) if self._with_address and row["attendee_email"] else name

    def _state(self, state: str, column: Column) -> str:
        if state not in self._badges:
            self._badges[state] = badge(str(column.choices.get(state, state)), tone=tone_of(state))
        return self._badges[state]


def _written(kind: str, value: Any, row: Mapping[str, Any]) -> str:
    if kind == "moment":
        return dates.moment(value)
    if kind == "money":
        return money.say(value, row["line__order__currency"])
    if isinstance(value, date):
        return dates.short_day(value)
    if isinstance(value, Decimal):
        return number_format(value, use_l10n=True)
    text = str(value).replace("\n", ", ") if kind == "choices" else str(value)
    return text if len(text) <= 120 else text[:119] + "…"
