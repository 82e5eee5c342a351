"""A file of guests: uploaded, looked at row by row, put on the list, taken back (D5)."""

from __future__ import annotations

from collections import Counter
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.checkin.guests import columns, uploading
from kring.checkin.guests.planning import FIELDS, Outcome, PlannedGuest
from kring.checkin.models import GuestUpload
from kring.core.sheets import reading
from kring.core.sheets.refusals import TooLarge
from kring.events.models import Event
from kring.web.manage.guests.forms import ColumnsForm, FileForm
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator
from kring.web.uploads import name_of

PER_PAGE, MOST_LISTED = 50, 20
TONES = {
    Outcome.NEW: "success",
    Outcome.CHANGED: "info",
    Outcome.SAME_NAME: "warning",
    Outcome.REFUSED: "danger",
    Outcome.UNCHANGED: "neutral",
}


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    """A file, and the uploads before."""
    event = get_object_or_404(Event, pk=event_pk)
    form = FileForm(request.POST or None, request.FILES or None)

    def save() -> GuestUpload:
        file: UploadedFile = form.cleaned_data["file"]
        if (file.size or 0) > uploading.MOST_MEGABYTES * reading.MEGABYTE:
            raise TooLarge(rows=uploading.MOST_ROWS, columns=uploading.MOST_COLUMNS, megabytes=uploading.MOST_MEGABYTES)
        sheet = reading.read(file.read(), language=request.organisation.language)
        return uploading.keep(event, sheet, name_of(file), by=request.user)

    if form.is_valid() and (made := attempt(form, save)):
        return redirect("manage:guest_upload", event.pk, made.pk)
    return show(
        request,
        "manage/guests/uploads.html",
        status=422 if form.is_bound else 200,
        event=event,
        form=form,
        uploads=event.guest_uploads.select_related("created_by").defer("rows").order_by("-pk")[:MOST_LISTED],
        back=reverse("manage:guests", args=[event.pk]),
    )


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """What the columns are, and what would become of each row; later, what became of them."""
    found = _upload(event_pk, pk)
    form = ColumnsForm(request.POST or None, upload=found)

    if form.is_valid() and attempted(
        form, lambda: uploading.choose(found, form.targets(), adds_same_names=form.cleaned_data["adds_same_names"])
    ):
        return redirect("manage:guest_upload", event_pk, pk)
    is_open = found.state == GuestUpload.State.READ
    planned = uploading.plan(found) if is_open else []
    outcome = request.GET.get("outcome", "")
    shown = [each for each in planned if each.outcome == outcome] if outcome in Outcome.values else planned
    page = ForgivingPaginator(shown, PER_PAGE).page(request.GET.get("page", 1))
    counts = Counter(each.outcome.value for each in planned) if is_open else found.counts
    return show(
        request,
        "manage/guests/upload.html",
        status=422 if form.is_bound else 200,
        event=found.event,
        upload=found,
        form=form,
        has_names=columns.has_names(found.targets),
        number=len(planned),
        to_do=sum(each.is_added or each.outcome == Outcome.CHANGED for each in planned),
        left_out=counts.get(Outcome.REFUSED, 0) + sum(_is_left_out(each) for each in planned),
        outcomes=[(value, label, counts[value]) for value, label in Outcome.choices if counts.get(value)],
        outcome=outcome,
        rows=[(each, TONES[each.outcome], _changes(each)) for each in page.object_list],
        page=page,
        back=reverse("manage:guest_uploads", args=[event_pk]),
    )


@needs("change_guests")
@require_POST
@never_cache
def start(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _upload(event_pk, pk)
    page = reverse("manage:guest_upload", args=[event_pk, pk])
    done = _("The guests are on the list.")
    if len(found.rows) > uploading.AT_ONCE:
        done = _("The guests are being put on the list.")
    return carry_out(request, partial(uploading.begin, found), done, page)


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _upload(event_pk, pk)
    page = reverse("manage:guest_upload", args=[event_pk, pk])
    if request.method == "POST":
        done = _("The guests of this file have been removed.")
        return carry_out(request, partial(uploading.undo, found), done, page)
    number = found.guests.filter(arrived=0).count()
    text = ngettext(
        "%(number)s guest whom it added is removed.", "%(number)s guests whom it added are removed.", number
    )
    return ask(
        request,
        title=_("Undo the upload of %(file)s?") % {"file": found},
        consequences=[text % {"number": number}, _("Guests who have come in stay, and so does what it changed.")],
        button=_("Undo upload"),
        back=page,
    )


def _upload(event_pk: int, pk: int) -> GuestUpload:
    return get_object_or_404(GuestUpload.objects.select_related("event", "created_by"), event_id=event_pk, pk=pk)


def _is_left_out(each: PlannedGuest) -> bool:
    return each.outcome == Outcome.SAME_NAME and not each.is_added


def _changes(each: PlannedGuest) -> list[tuple[str, object, object]]:
    """Label, old, new, in the order of the list."""
    return [
        (capfirst(str(columns.TARGETS[name])), each.old.get(name, ""), each.values[name])
        for name in FIELDS
        if name in each.values
    ]
