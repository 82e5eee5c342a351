"""What every list of staff consists of, wherever its rows come from: bar of filters, heads, rows, pages, selection.

`manage/list_body.html` shows anything that has these: `form`, `filters` (a `FilterBar`, or None), `tools` (columns and
saved views: manage/shared/list_tools.py), `heads`, `body`, `page`, `total`, `is_filtered`, `is_wide`, `states`,
`address`, `selection`, `export`. A list of rows of one model is a `ListTable` shown by `show_list`, which
makes all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kring.web.manage.shared.choosing import choices_of

PER_PAGE = 25
SORT, PAGE, COLUMN = "sort", "page", "col"
# More than fit side by side: the list then scrolls sideways.
MOST_COLUMNS = 7
LONGEST_ADDRESS = 8_000
# The id of the form of the acts: checkboxes belong to it wherever they are on the page.
ACTS = "acts"


class ForgivingPaginator(Paginator):
    """A page that is none is the first, one beyond the last is the last."""

    def page(self, number: int | str) -> Page:
        try:
            return super().page(number)
        except PageNotAnInteger:
            return super().page(1)
        except EmptyPage:
            return super().page(self.num_pages)


@dataclass(frozen=True)
class ListHead:
    """Of a column: `address` leads to the list sorted by it ("": it cannot be); `is_sorted`: ascending, descending or
    ""."""

    label: object
    css_class: str = ""
    address: str = ""
    is_sorted: str = ""


@dataclass(frozen=True)
class StateCount:
    """How many there are of a state; `query` leads to its own."""

    state: str
    label: object
    number: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class UsedFilter:
    """A filter behind "More filters" that narrows the list; `query` leads to the list without it."""

    label: object
    value: str
    query: str


@dataclass(frozen=True)
class ListAct:
    """What may be done with those chosen; it posts to `url`."""

    url: str
    label: str | Promise
    icon: str
    is_dangerous: bool = False


@dataclass(frozen=True)
class Selection:
    """`has_all`: the acts can take all that is found, chosen or not."""

    acts: Sequence[ListAct] = field(default_factory=list)
    has_all: bool = False


@dataclass(frozen=True)
class ListRow:
    """`key` and `name` of what its box chooses, where there is one; `cells`: class, label and content of each."""

    cells: Iterable[tuple[str, str, Any]]
    key: int | None = None
    name: str = ""


class FilterBar:
    """The fields of a bar: those in its one line, and those behind "More filters"."""

    def __init__(self, form: forms.Form, query: QueryDict, first: Sequence[str]) -> None:
        self.form, self.query, self._first = form, query, first
        for name, each in form.fields.items():
            each.widget.attrs.setdefault("class", "form-select" if _is_choice(each) else "form-control")
            if name in first:
                _say_within(each)

    def first(self) -> Iterator[forms.BoundField]:
        return (self.form[name] for name in self._first if name in self.form.fields)

    @cached_property
    def more(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.form.fields if name not in self._first]

    @property
    def used(self) -> list[UsedFilter]:
        self.form.errors  # noqa: B018 - cleans
        known = self.form.cleaned_data
        used = [each for each in self.more if known.get(each.name) not in (None, "")]
        return [UsedFilter(each.label, _words_of(each), without(self.query, each.name)) for each in used]


def _is_choice(each: forms.Field) -> bool:
    return isinstance(each.widget, forms.Select)


def _say_within(each: forms.Field) -> None:
    """The line has no room for names above: "State: all"."""
    if not isinstance(each, forms.ChoiceField):
        each.widget.attrs.setdefault("placeholder", each.label)
    elif hasattr(each, "empty_label"):
        # Of django-filter, which puts it before the choices itself.
        if each.empty_label is not None:
            each.empty_label = _within(each, each.empty_label)
            each.choices = [(value, label) for value, label in choices_of(each) if value]
    elif choices := choices_of(each):
        (value, label), *others = choices
        each.choices = [(value, label if value else _within(each, label)), *others]


def _within(each: forms.Field, chosen: object) -> str:
    return _("%(filter)s: %(chosen)s") % {"filter": each.label, "chosen": chosen}


def _words_of(each: forms.BoundField) -> str:
    value = each.value()
    return str(dict(getattr(each.field, "choices", [])).get(value, value))


def page_asked(query: QueryDict) -> int:
    """The number of the page in the address; what is none is the first."""
    number = query.get(PAGE, "")
    return max(1, int(number)) if number.isdecimal() and len(number) < 10 else 1


def without(query: QueryDict, *names: str, **changes: str) -> str:
    """The address of a list, its page and these left out, with these changes."""
    made = query.copy()
    for name in (PAGE, *names):
        made.pop(name, None)
    for name, value in changes.items():
        made.pop(name, None)
        if value:
            made[name] = value
    return made.urlencode()


def written(rows: Iterable[ListRow], *, with_boxes: bool) -> SafeString:
    """All rows. By Python, for a template per cell costs half the page."""
    return format_html_join("\n", "<tr>{}{}</tr>", ((_box(row) if with_boxes else "", _cells(row)) for row in rows))


def _box(row: ListRow) -> SafeString:
    box: str | SafeString = ""
    if row.key is not None:
        box = format_html(
            '<input class="form-check-input" type="checkbox" name="pick" value="{}" form="{}" aria-label="{}">',
            str(row.key),
            ACTS,
            _("Select %(name)s") % {"name": row.name},
        )
    return format_html('<td class="cell-pick">{}</td>', box)


def _cells(row: ListRow) -> SafeString:
    return format_html_join("", '<td class="{}" data-label="{}"><div class="cell">{}</div></td>', row.cells)
