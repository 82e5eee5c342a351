"""Columns as people read them, and rows at a price that a list of staff may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any

import django_tables2 as tables
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.columns import BoundColumn
from django_tables2.data import TableQuerysetData

from kring.core import dates, money
from kring.web.manage.shared.lists import SORT, ListHead, ListRow, without, written
from kring.web.templatetags.components import state

# Classes of cells: the head of the card a row becomes on a phone; the widest where that is short; what a phone leaves
# out; links at its foot.
MAIN = {"td": {"class": "cell-main"}}
WHO = {"td": {"class": "cell-who"}}
EXTRA = {"td": {"class": "cell-extra"}}
ACTIONS = {"td": {"class": "cell-actions"}}
# Short, and never cut.
WHOLE = {"td": {"class": "nowrap"}}


def two_lines(first: object, second: object) -> SafeString:
    return format_html('<span class="two-lines"><span>{}</span><small>{}</small></span>', first, second)


class StateColumn(tables.Column):
    """The badge of each state is made once for a list."""

    def __init__(self, *args: object, field: str = "state", **kwargs: object) -> None:
        self.field = field
        super().__init__(*args, **kwargs)

    def render(self, record: Model, table: Any) -> SafeString:
        value = getattr(record, self.field)
        if value not in table.badges:
            table.badges[value] = state(record, field=self.field)
        return table.badges[value]


class MomentColumn(tables.Column):
    def __init__(self, *args: object, css_class: str = "", **kwargs: object) -> None:
        super().__init__(*args, attrs={"td": {"class": f"nowrap {css_class}".strip()}}, **kwargs)

    def render(self, value: Any) -> SafeString:
        """As `dates.moment`; where the screen is narrow the time goes below the day."""
        day, clock = dates.short_day(value), dates.clock(value)
        return format_html('<span class="together">{},</span> <span class="together">{}</span>', day, clock)


class MoneyColumn(tables.Column):
    """In the currency of the row."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, attrs={"td": {"class": "num"}}, **kwargs)

    def render(self, value: Any, record: Any) -> str:
        return money.say(value, record.currency)


class PagedRows(TableQuerysetData):
    """Finds the keys of a page first and joins what it shows only for them: 25 rows, not 20,000."""

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        # The key of the row last: rows that are alike otherwise keep their place from page to page.
        ordered = self.data.order_by(*self.data.query.order_by, "-pk")
        # By a statement of its own: within one, PostgreSQL joins all rows first where the tables are more than eight.
        return ordered.filter(pk__in=list(ordered.values_list("pk", flat=True)[key]))


class ListTable(tables.Table):
    """`can_open`: rows lead to their own page; `can_pick`: each that `pick` names has a box.

    People choose among all its columns; those of `on_demand` are shown only to who chose them. What names the row (the
    column with MAIN, else the first) and what has no head stand in every choice.
    """

    rows_class: Any = PagedRows
    on_demand: tuple[str, ...] = ()

    class Meta:
        """Shown by manage/table.html."""

    def __init__(self, rows: QuerySet, *, can_open: bool = True, can_pick: bool = False, **kwargs: object) -> None:
        self.can_open, self.can_pick = can_open, can_pick
        self.badges: dict[str, SafeString] = {}
        super().__init__(self.rows_class(rows), **kwargs)

    def link(self, text: Any, name: str, *args: Any) -> SafeString | str:
        if not self.can_open:
            return text
        return format_html('<a href="{}">{}</a>', reverse(f"manage:{name}", args=args), text)

    @property
    def choosable(self) -> list[tuple[str, Any]]:
        """Key and head of each column that can be chosen, shown or not."""
        return [(column.name, column.header) for column in self.columns.iterall() if column.column.verbose_name]

    def show_columns(self, keys: Iterable[str]) -> list[str]:
        """These, in their order; where none of them is known those it shows by itself. Gives what it shows."""
        known = [key for key, _head in self.choosable]
        shown = [key for key in dict.fromkeys(keys) if key in known]
        shown = shown or [key for key in known if key not in self.on_demand]
        naming = next((key for key in known if "cell-main" in _css_class(self.columns[key])), known[0])
        shown = shown if naming in shown else [naming, *shown]
        rest = [name for name in self.columns.names() if name not in shown]
        self.sequence = [*shown, *rest]
        for name in rest:
            # Hidden and not left out: the list can still be sorted by it.
            self.columns[name].column.visible = name not in known
        return shown

    def pick(self, record: Any) -> str | None:
        """The label of a record's checkbox; None: it cannot be chosen."""
        return None

    def heads(self, query: QueryDict) -> list[ListHead]:
        return [self._head(column, query) for column in self.columns]

    def _head(self, column: BoundColumn, query: QueryDict) -> ListHead:
        css_class = "num" if "num" in _css_class(column).split() else ""
        if not column.orderable:
            return ListHead(column.header, css_class)
        order = column.order_by_alias
        is_sorted = ("descending" if order.is_descending else "ascending") if column.is_ordered else ""
        return ListHead(column.header, css_class, without(query, **{SORT: order.next}), is_sorted)

    def body(self) -> SafeString:
        """The rows of this page. What a column needs is worked out once for a list: per cell it costs half the page."""
        columns = [(_css_class(column), column.header, self._writer(column)) for column in self.columns]
        return written((self._row(columns, row.record) for row in self.paginated_rows), with_boxes=self.can_pick)

    def _row(self, columns: list[tuple[str, str, Callable[[Any], Any]]], record: Model) -> ListRow:
        cells = ((css_class, header, write(record)) for css_class, header, write in columns)
        name = self.pick(record) if self.can_pick else None
        return ListRow(cells, None if name is None else record.pk, name or "")

    def _writer(self, column: BoundColumn) -> Callable[[Any], Any]:
        """Gives the text of this column for a record, as django-tables2 would."""
        accessor, empty, default = tables.A(column.accessor), column.column.empty_values, column.default
        render, known = column.render, {"table": self, "column": column.column, "bound_column": column}
        wanted = signature(render).parameters.keys()

        def write(record: Model) -> Any:
            value = accessor.resolve(record, quiet=True)
            if value in empty:
                return default
            offered = known | {"value": value, "record": record}
            return render(**{name: offered[name] for name in wanted})

        return write


def _css_class(column: BoundColumn) -> str:
    return column.column.attrs.get("td", {}).get("class", "")
