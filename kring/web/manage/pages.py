"""The responses of the administration: a page, a list with its filters, a confirmation before an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django_tables2 import RequestConfig

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.events.locking import is_open
from kring.web.manage.rights import rights_of
from kring.web.manage.shared.filters import SearchFilterSet
from kring.web.manage.shared.list_tools import ListTools
from kring.web.manage.shared.lists import (
    MOST_COLUMNS,
    PAGE,
    PER_PAGE,
    FilterBar,
    ForgivingPaginator,
    ListHead,
    Selection,
    StateCount,
    without,
)
from kring.web.manage.shared.table import ListTable
from kring.web.manage.tabs import tabs_of


def show(request: UserRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page; `may` in it holds the user's rights, and a page with an `event` has its tabs."""
    if event := context.get("event"):
        context["tabs"] = tabs_of(request, event)
        context["is_open"] = is_open(event)
    return render(request, template, {"may": rights_of(request), **context}, status=status)


class TableList:
    """A table with its filters, as `manage/list_body.html` shows it."""

    exports_columns = False
    # Also with all columns, `?all=1`.
    exports_everything = False

    def __init__(self, request: UserRequest, table: ListTable, filters: SearchFilterSet | None) -> None:
        self._query, self.table, self.tools = request.GET, table, ListTools.of(request)
        self.tools.columns, self.tools.shown = table.choosable, table.show_columns(self.tools.wanted)
        self.selection, self.states, self.export = Selection(), list[StateCount](), ""
        self.form = filters.form if filters else None
        self.notes = filters.notes if filters else []
        self.filters = (
            FilterBar(filters.form, request.GET, filters.first or list(filters.form.fields)[:4]) if filters else None
        )
        # Not by RequestConfig: it takes any page size from the address.
        RequestConfig(request, paginate=False).configure(table)
        table.paginate(ForgivingPaginator, page=request.GET.get(PAGE, 1), per_page=PER_PAGE)

    @property
    def heads(self) -> list[ListHead]:
        return self.table.heads(self._query)

    @property
    def body(self) -> SafeString:
        return self.table.body()

    @property
    def page(self) -> Page:
        return self.table.page

    @property
    def total(self) -> int:
        return self.table.paginator.count

    @property
    def is_filtered(self) -> bool:
        return self.form is not None and (not self.form.is_valid() or any(self.form.cleaned_data.values()))

    @property
    def is_wide(self) -> bool:
        return len(self.tools.shown) > MOST_COLUMNS

    @property
    def address(self) -> str:
        """FilterBar, order and columns, without the page."""
        return without(self._query)


def show_list(
    request: UserRequest,
    template: str,
    rows: QuerySet,
    table: type[ListTable],
    filters: type[SearchFilterSet] | None = None,
    *,
    filter_options: dict[str, Any] | None = None,
    table_options: dict[str, Any] | None = None,
    selection: Selection | None = None,
    states: Sequence[StateCount] = (),
    export: str = "",
    exports_everything: bool = False,
    **context: Any,
) -> HttpResponse:
    """A list with filter bar, sorting, pages, choice of columns and saved views. htmx gets the results alone.

    `@list_tools` on the view keeps columns and views.
    """
    filtered = filters(request.GET, queryset=rows, request=request, **(filter_options or {})) if filters else None
    can_pick = bool(selection and selection.acts)
    made = table(filtered.qs if filtered else rows, can_pick=can_pick, **(table_options or {}))
    found = TableList(request, made, filtered)
    found.selection, found.states, found.export = selection or Selection(), list(states), export
    found.exports_columns = found.exports_everything = exports_everything
    return show(request, "manage/results.html" if is_htmx(request) else template, list=found, **context)


def is_htmx(request: UserRequest) -> bool:
    return bool(request.htmx)


def attempt[T](form: BaseForm, act: Callable[[], T], beside: Mapping[type[Refusal], str] | None = None) -> T | None:
    """Do it, completely or not at all; a refusal becomes an error of the form, so that nothing typed is lost.

    `beside` is the field of a refusal that names none itself. None: it was refused.
    """
    try:
        with transaction.atomic():
            return act()
    except Refusal as refusal:
        field = (beside or {}).get(type(refusal)) or getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return None


def attempted(form: BaseForm, act: Callable[[], object], beside: Mapping[type[Refusal], str] | None = None) -> bool:
    """Whether it was done, as by `attempt`, whatever `act` returns."""
    return attempt(form, lambda: (act(),), beside) is not None


def saved(
    request: UserRequest,
    form: BaseForm,
    act: Callable[..., object],
    done: str,
    beside: Mapping[type[Refusal], str] | None = None,
) -> bool:
    """Whether the form was valid and `act` took its fields, as by `attempt`; the next page then says `done`."""

    if not (form.is_valid() and attempted(form, lambda: act(**form.cleaned_data), beside)):
        return False
    messages.success(request, done)
    return True


def carry_out(request: UserRequest, act: Callable[[], object], done: str, then: str, back: str = "") -> HttpResponse:
    """Do it, or say why not, on the page it was asked on."""
    try:
        with transaction.atomic():
            act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back or then)
    messages.success(request, done)
    return redirect(then)


def ask(
    request: UserRequest,
    *,
    title: str,
    button: str,
    back: str,
    consequences: Sequence[str] = (),
    form: BaseForm | None = None,
    tone: str = "danger",
) -> HttpResponse:
    """Confirmation before an act: what will happen, to how many; the button posts to the same address."""
    status = 422 if form is not None and form.is_bound else 200
    return show(
        request,
        "manage/confirm.html",
        status=status,
        heading=title,
        button=button,
        back=back,
        consequences=consequences,
        form=form,
        tone=tone,
    )
