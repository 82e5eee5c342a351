"""An import of members from the file to the report (M5)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.core.spreadsheet import Sheet
from kring.members import further
from kring.members.importing import meanings, planning, reading, running
from kring.members.importing.matching import TARGETS, own_heads
from kring.members.models import MemberImport, PlannedRow
from kring.members.own_fields import own_fields
from kring.web.manage.imports.forms import ColumnsForm, UploadForm, ValuesForm
from kring.web.manage.imports.rows import shown
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.lists import ForgivingPaginator
from kring.web.uploads import name_of

PER_PAGE, SAMPLE = 50, 200
State = MemberImport.State
MOST_LISTED = 50


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """A file, and the imports before."""
    form = UploadForm(request.POST or None, request.FILES or None)

    def save() -> MemberImport:
        file: UploadedFile = form.cleaned_data["file"]
        sheet = reading.read(file.read(), language=request.organisation.language)
        return planning.keep(sheet, name_of(file), by=request.user, with_further=_with_further(request))

    if form.is_valid() and (run := attempt(form, save)):
        return redirect("manage:import_columns", run.pk)
    return show(
        request,
        "manage/imports/index.html",
        status=422 if form.is_bound else 200,
        form=form,
        runs=MemberImport.objects.select_related("created_by").order_by("-created_at")[:MOST_LISTED],
        back=reverse("manage:members"),
    )


@needs("change_members")
@require_safe
@never_cache
def template(request: UserRequest) -> FileResponse:
    """An empty spreadsheet with the heads in the reader's language (M5)."""
    also = further.columns() if _with_further(request) else {}
    known = dict(TARGETS) | {name: column.label for name, column in also.items()} | own_heads(own_fields())
    heads = [capfirst(str(label)) for name, label in known.items() if name not in ("full_name", "street_address")]
    return _file(heads, [], _("Members"), "xlsx")


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def columns(request: UserRequest, pk: int) -> HttpResponse:
    """What each column is; then it is tried."""
    found = get_object_or_404(MemberImport, pk=pk)
    if found.state not in MemberImport.OPEN:
        return redirect("manage:import", pk)
    sample = list(found.rows.order_by("number").values_list("cells", flat=True)[:SAMPLE])
    form = ColumnsForm(request.POST or None, run=found, rows=sample, with_further=_with_further(request))

    def save() -> bool:
        given = form.cleaned_data
        planning.choose(found, form.targets(), households=given["households"], creates_missing=given["creates_missing"])
        planning.try_out(found)
        return True

    if form.is_valid() and attempt(form, save):
        return redirect("manage:import", pk)
    return show(
        request,
        "manage/imports/columns.html",
        status=422 if form.is_bound else 200,
        form=form,
        run=found,
        number=found.rows.count(),
        back=reverse("manage:imports"),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def values(request: UserRequest, pk: int) -> HttpResponse:
    """What values mean that could not be read; then the file is tried again."""
    found = get_object_or_404(MemberImport, pk=pk)
    unknown = meanings.unknown(found) if found.state == State.PLANNED else []
    if not unknown:
        return redirect("manage:import", pk)
    form = ValuesForm(request.POST or None, unknown=unknown)

    def save() -> bool:
        if meant := form.meant():
            meanings.remember(found, meant)
        return True

    if form.is_valid() and attempt(form, save):
        return redirect("manage:import", pk)
    return show(
        request,
        "manage/imports/values.html",
        status=422 if form.is_bound else 200,
        form=form,
        run=found,
        back=reverse("manage:import", args=[pk]),
    )


@needs("change_members")
@require_safe
@never_cache
def run(request: UserRequest, pk: int) -> HttpResponse:
    """What would become of each row, and what became of it. While it goes on the page reloads by itself."""
    found = get_object_or_404(MemberImport.objects.select_related("created_by"), pk=pk)
    if found.state == State.READ:
        return redirect("manage:import_columns", pk)
    outcomes, results = planning.counts(found), running.results(found)
    outcome, result = request.GET.get("outcome", ""), request.GET.get("result", "")
    rows = found.plan.select_related("member")
    if outcome in PlannedRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    if result in PlannedRow.Result.values and result:
        rows = rows.filter(result=result)
    page = ForgivingPaginator(rows, PER_PAGE).page(request.GET.get("page", 1))
    total = sum(outcomes.values())
    left_out = sum(results.get(name, 0) for name in ("nothing", "left_out"))
    undecided = found.plan.filter(outcome=PlannedRow.Outcome.AMBIGUOUS, decision="").count()
    return show(
        request,
        "manage/imports/run.html",
        run=found,
        rows=shown(page.object_list),
        page=page,
        outcome=outcome,
        result=result,
        outcomes=[(value, label, outcomes.get(value, 0)) for value, label in PlannedRow.Outcome.choices],
        results=[
            (value, label, results[value]) for value, label in PlannedRow.Result.choices if value and results.get(value)
        ],
        total=total,
        to_do=total - left_out,
        finished=total - left_out - results.get("", 0),
        good=outcomes.get("new", 0) + outcomes.get("changed", 0) + outcomes.get("ambiguous", 0) - undecided,
        undecided=undecided,
        refused=outcomes.get("refused", 0),
        unknown=len(meanings.unknown(found)) if found.state == State.PLANNED and outcomes.get("refused") else 0,
        is_busy=found.state in (State.PLANNING, State.RUNNING),
        back=reverse("manage:imports"),
    )


@needs("change_members")
@require_safe
@never_cache
def report(request: UserRequest, pk: int) -> FileResponse:
    """All rows with what becomes of them and why, as a spreadsheet."""
    found = get_object_or_404(MemberImport, pk=pk)
    form = request.GET.get("form", "xlsx")
    if form not in ("xlsx", "csv"):
        raise Http404
    heads = [_("Row"), _("Name"), _("Outcome"), _("Result"), _("Reasons"), *map(str, found.heads)]
    return _file(heads, _reported(found), _("Import of members"), form)


def _with_further(request: UserRequest) -> bool:
    """What members pay is for those who decide about it."""
    return may(request, "manage_dues")


def _reported(run: MemberImport) -> Iterator[list[Any]]:
    cells = dict(run.rows.values_list("number", "cells"))
    for row in run.plan.order_by("number").iterator(chunk_size=1000):
        reasons = "; ".join(map(str, row.reasons))
        yield [
            *(str(row.number), row.name, row.get_outcome_display(), row.get_result_display(), reasons),
            *cells.get(row.number, []),
        ]


def _file(heads: list[str], rows: Any, title: str, form: str) -> FileResponse:
    made = io.BytesIO()
    if form == "csv":
        spreadsheet.write_csv(made, heads, rows)
    else:
        spreadsheet.write_xlsx(made, [Sheet(title, heads, ["text"] * len(heads), rows)])
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=filename(title, ending=form))
