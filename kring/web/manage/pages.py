"""How the administration answers: a page, a list with its filters, a question before an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_filters import FilterSet
from django_tables2 import RequestConfig, Table

from kring.core.refusals import Refusal
from kring.events.locking import is_open
from kring.web.manage.rights import rights_of
from kring.web.manage.tabs import tabs_of

PER_PAGE = 25


class ForgivingPaginator(Paginator):
    """A page that is none is the first, one beyond the last is the last."""

    def page(self, number: int | str) -> Page:
        try:
            return super().page(number)
        except PageNotAnInteger:
            return super().page(1)
        except EmptyPage:
            return super().page(self.num_pages)


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page; `may` in it holds the user's rights, and a page with an `event` has its tabs."""
    if event := context.get("event"):
        context["tabs"] = tabs_of(request, event)
        context["is_open"] = is_open(event)
    return render(request, template, {"may": rights_of(request), **context}, status=status)


def show_list(
    request: HttpRequest,
    template: str,
    rows: QuerySet,
    table: type[Table],
    filters: type[FilterSet] | None = None,
    filter_options: dict[str, Any] | None = None,
    table_options: dict[str, Any] | None = None,
    results: str = "manage/results.html",
    **context: Any,
) -> HttpResponse:
    """A list with filter bar, sorting and pages. htmx gets the results alone."""
    filtered = filters(request.GET, queryset=rows, request=request, **(filter_options or {})) if filters else None
    made = table(filtered.qs if filtered else rows, **(table_options or {}))
    # Not by RequestConfig: it takes the size of a page from the address, whatever stands there.
    RequestConfig(request, paginate=False).configure(made)
    made.paginate(ForgivingPaginator, page=request.GET.get("page", 1), per_page=PER_PAGE)
    if request.htmx:  # type: ignore[attr-defined]
        template = results
    is_filtered = filtered is not None and (not filtered.form.is_valid() or any(filtered.form.cleaned_data.values()))
    return show(request, template, table=made, filter=filtered, is_filtered=is_filtered, **context)


def attempt[T](form: BaseForm, act: Callable[[], T], beside: Mapping[type[Refusal], str] | None = None) -> T | None:
    """Do it, whole or not at all; a refusal becomes an error of the form, so that nothing typed is lost.

    `beside` names the field a refusal is about, where it does not say so itself. None: it was refused.
    """
    try:
        with transaction.atomic():
            return act()
    except Refusal as refusal:
        field = (beside or {}).get(type(refusal)) or getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return None


def ask(
    request: HttpRequest,
    *,
    title: str,
    button: str,
    back: str,
    consequences: Sequence[str] = (),
    form: BaseForm | None = None,
    tone: str = "danger",
) -> HttpResponse:
    """A question before an act: what will happen, to how many; the button posts to the same address."""
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
