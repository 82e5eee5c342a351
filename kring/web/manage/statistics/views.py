"""Figures about the members on a day and over the years; jubilees and birthdays. Each also as a file (`?form=xlsx`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.members import anniversaries, coming_and_going, numbering, statistics
from kring.members.anniversaries import Anniversary
from kring.members.statistics import Table
from kring.web.manage.pages import show
from kring.web.manage.reports import charts
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import PAGE, ForgivingPaginator, without
from kring.web.manage.statistics import files
from kring.web.manage.statistics.forms import BirthdayForm, DayForm, JubileeForm, OptionsForm, YearForm

# On the page; the file has all of them.
MOST_ROWS = 100
PER_PAGE = 100


@needs("see_members")
@require_safe
@never_cache
def on_a_day(request: UserRequest) -> HttpResponse:
    form = DayForm(request.GET)
    found = statistics.on_a_day(
        form.wanted["on"],
        bands=sorted({0, *numbering.as_they_are().age_bands}),
        digits=form.wanted["digits"],
        country=request.organisation.country,
    )
    return _tables(request, "day", form, found, day=form.wanted["on"])


@needs("see_members")
@require_safe
@never_cache
def changes(request: UserRequest) -> HttpResponse:
    form = YearForm(request.GET)
    year = form.wanted["year"]
    found = [*coming_and_going.of_year(year), coming_and_going.by_year(max(year, timezone.localdate().year))]
    return _tables(request, "changes", form, found)


@needs("see_members")
@require_safe
@never_cache
def jubilees(request: UserRequest) -> HttpResponse:
    celebrated = numbering.as_they_are().jubilee_years
    form = JubileeForm(request.GET, celebrated)
    years = [form.wanted["years"]] if form.wanted.get("years") else celebrated
    found = anniversaries.jubilees(form.wanted["year"], years, among=form.among())
    return _people(request, "jubilees", form, found, unknown=anniversaries.unknown_since(timezone.localdate()))


@needs("see_members")
@require_safe
@never_cache
def birthdays(request: UserRequest) -> HttpResponse:
    form = BirthdayForm(request.GET)
    first, last = form.days()
    found = anniversaries.birthdays(first, last, every=form.every, among=form.among())
    return _people(request, "birthdays", form, found, first=first, last=last)


def _tables(
    request: UserRequest, page: str, form: OptionsForm, tables: Sequence[Table], **context: object
) -> HttpResponse:
    if "form" in request.GET and form.is_valid():
        return files.of_tables(request, tables)
    drawn = [(each, _texts(each), len(each.rows) - MOST_ROWS, _charts(each)) for each in tables]
    return _page(request, page, form, tables=drawn, **context)


def _texts(table: Table) -> list[list[str]]:
    """The first rows and the total, in the reader's language."""
    rows = [*table.rows[:MOST_ROWS], *([table.total] if table.total else [])]
    return [[str(row[0]), *(_number(value) for value in row[1:])] for row in rows]


def _number(value: object) -> str:
    return number_format(value, force_grouping=True) if isinstance(value, int | float) else str(value)


def _charts(table: Table) -> list[SafeString]:
    """Of the first number; of those who joined and those who left both, in one scale."""
    rows, columns = table.rows[: charts.MOST_BARS], (1, 2) if table.key in ("months", "years") else (1,)
    longest = max((float(str(row[column])) for row in rows for column in columns), default=0)
    drawn = []
    for column in columns if rows else ():
        title = str(table.heads[column]) if len(columns) > 1 else table.title
        bars = [(str(row[0]), float(str(row[column]))) for row in rows]
        drawn.append(charts.bars(title, bars, longest=longest))
    return drawn


def _people(
    request: UserRequest, page: str, form: OptionsForm, found: Sequence[Anniversary], **context: object
) -> HttpResponse:
    if "form" in request.GET and form.is_valid():
        return files.of_people(request, _("Jubilees") if page == "jubilees" else _("Birthdays"), found)
    people = ForgivingPaginator(found, PER_PAGE).page(request.GET.get(PAGE, 1))
    return _page(request, page, form, people=people, total=len(found), **context)


def _page(request: UserRequest, page: str, form: OptionsForm, **context: object) -> HttpResponse:
    return show(
        request,
        f"manage/statistics/{page}.html",
        status=200 if form.is_valid() else 422,
        page=page,
        options=form,
        address=without(request.GET, PAGE, "form"),
        **context,
    )
