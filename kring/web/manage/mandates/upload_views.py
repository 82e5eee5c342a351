"""A file with mandates of another program: uploaded, looked at row by row, taken over (C3)."""

from __future__ import annotations

import io
from collections import Counter
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.core.sheets import reading
from kring.direct_debit import creditors
from kring.direct_debit.models import MandateUpload
from kring.direct_debit.taking_over import columns, planning, uploading
from kring.direct_debit.taking_over.planning import Outcome
from kring.web.manage.mandates.upload_forms import ColumnsForm, FileForm
from kring.web.manage.pages import attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator
from kring.web.uploads import name_of

PER_PAGE, MOST_LISTED = 50, 20
TONES = {Outcome.NEW: "success", Outcome.UNCHANGED: "neutral", Outcome.REFUSED: "danger"}
State = MandateUpload.State


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """A file, and those before."""
    form = FileForm(request.POST or None, request.FILES or None)

    def save() -> MandateUpload:
        file: UploadedFile = form.cleaned_data["file"]
        if (file.size or 0) > uploading.MOST_MEGABYTES * reading.MEGABYTE:
            raise uploading.too_large()
        sheet = reading.read(file.read(), language=request.organisation.language)
        return uploading.keep(sheet, name_of(file), by=request.user)

    if form.is_valid() and (made := attempt(form, save)):
        return redirect("manage:mandate_upload", made.pk)
    return show(
        request,
        "manage/mandates/uploads.html",
        status=422 if form.is_bound else 200,
        form=form,
        has_creditor=creditors.usual() is not None,
        uploads=MandateUpload.objects.select_related("created_by").defer("rows").order_by("-pk")[:MOST_LISTED],
        back=reverse("manage:mandates_adopting"),
    )


@needs("manage_dues")
@require_safe
@never_cache
def template(request: UserRequest) -> FileResponse:
    """An empty spreadsheet with the heads in the reader's language."""
    heads = [capfirst(str(label)) for label in columns.TARGETS.values()]
    made = io.BytesIO()
    spreadsheet.write_xlsx(made, [spreadsheet.Sheet(_("Mandates"), heads, ["text"] * len(heads), [])])
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=filename(_("Mandates"), ending="xlsx"))


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: UserRequest, pk: int) -> HttpResponse:
    """What the columns are, and what would become of each row; later, what became of them."""
    found = _upload(pk)
    is_open = found.state == State.READ
    form = ColumnsForm(request.POST or None, upload=found) if is_open else None
    if form is not None and form.is_valid() and attempted(form, partial(uploading.choose, found, **form.chosen())):
        return redirect("manage:mandate_upload", pk)
    planned = planning.plan(found) if is_open else []
    outcome = request.GET.get("outcome", "")
    shown = [each for each in planned if each.outcome == outcome] if outcome in Outcome.values else planned
    page = ForgivingPaginator(shown, PER_PAGE).page(request.GET.get("page", 1))
    counts = Counter(str(each.outcome) for each in planned) if is_open else found.counts
    return show(
        request,
        "manage/mandates/upload.html",
        status=422 if form is not None and form.is_bound else 200,
        upload=found,
        form=form,
        is_enough=columns.are_enough(found.targets),
        good=len(planning.good(planned)),
        outcomes=[(value, label, counts[value]) for value, label in Outcome.choices if counts.get(value)],
        outcome=outcome,
        rows=[(each, Outcome(each.outcome).label, TONES[Outcome(each.outcome)]) for each in page.object_list],
        page=page,
        back=reverse("manage:mandate_uploads"),
    )


@needs("manage_dues")
@require_POST
@never_cache
def start(request: UserRequest, pk: int) -> HttpResponse:
    found = _upload(pk)
    done = _("The mandates have been taken over.")
    if len(found.kept) > uploading.AT_ONCE:
        done = _("The mandates are being taken over.")
    return carry_out(request, partial(uploading.begin, found), done, reverse("manage:mandate_upload", args=[pk]))


def _upload(pk: int) -> MandateUpload:
    return get_object_or_404(MandateUpload.objects.select_related("created_by", "creditor_account"), pk=pk)
