"""The guest list of an event (D5)."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import IO

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.checkin.guests import exporting, keeping
from kring.checkin.models import Guest
from kring.checkin.models.guests import KEPT_FOR
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.events.models import Event
from kring.organisations import audit
from kring.web.manage.guests.filters import GuestFilter
from kring.web.manage.guests.forms import GuestForm
from kring.web.manage.guests.table import GuestTable
from kring.web.manage.pages import ask, carry_out, saved, show, show_list
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time

AT_ONCE = 1000


@needs("see_guests")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    can_change = may(request, "change_guests")
    return show_list(
        request,
        "manage/guests/list.html",
        Guest.objects.filter(event=event),
        GuestTable,
        GuestFilter,
        table_options={"can_open": can_change},
        export=reverse("manage:guests_export", args=[event.pk]) if can_change else "",
        event=event,
        numbers=event.guests.counted(),
        forgotten_on=event.ends_at + KEPT_FOR,
    )


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    """One after the other, until the other button is pressed."""
    event = get_object_or_404(Event, pk=event_pk)
    form = GuestForm(request.POST or None)
    if saved(request, form, partial(keeping.add, event), _("The guest has been added.")):
        return redirect("manage:guest_new" if request.POST.get("then") == "another" else "manage:guests", event.pk)
    return _form(request, event, form)


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    guest = _guest(event_pk, pk)
    form = GuestForm(request.POST or None, guest=guest)
    merge(request, form)
    if saved(request, form, partial(keeping.change, guest), _("The guest has been saved.")):
        return redirect("manage:guests", event_pk)
    return _form(request, guest.event, form, guest)


@needs("change_guests")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    guest = _guest(event_pk, pk)
    back = reverse("manage:guest", args=[event_pk, pk])
    if request.method == "POST":
        then = reverse("manage:guests", args=[event_pk])
        return carry_out(request, partial(keeping.remove, guest), _("The guest has been removed."), then, back)
    return ask(
        request,
        title=_("Remove %(name)s from the guest list?") % {"name": guest},
        consequences=[_("A guest who has come in cannot be removed.")],
        button=_("Remove guest"),
        back=back,
    )


@needs("change_guests")
@require_safe
@never_cache
def export(request: UserRequest, event_pk: int) -> FileResponse:
    """Complete before its first byte is sent. Who exported how many people's data is logged (L1)."""
    form = request.GET.get("form", "xlsx")
    if form not in TYPES:
        raise Http404
    event = get_object_or_404(Event, pk=event_pk)
    found = GuestFilter(request.GET, queryset=Guest.objects.filter(event=event), request=request).qs
    rows = exporting.rows(found.order_by("name_key", "twin").iterator(chunk_size=AT_ONCE))
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    if form == "xlsx":
        number = spreadsheet.write_xlsx(
            file, [spreadsheet.Sheet(_("Guest list"), exporting.heads(), exporting.KINDS, rows)]
        )
    else:
        number = spreadsheet.write_csv(file, exporting.heads(), rows)
    audit.log("guests.exported", event, new={"number": number, "form": form})
    file.seek(0)
    name = filename(_("Guest list"), str(event), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _guest(event_pk: int, pk: int) -> Guest:
    return get_object_or_404(Guest.objects.select_related("event"), event_id=event_pk, pk=pk)


def _form(request: UserRequest, event: Event, form: GuestForm, guest: Guest | None = None) -> HttpResponse:
    return show(
        request,
        "manage/guests/form.html",
        status=422 if form.is_bound else 200,
        event=event,
        form=form,
        guest=guest,
        back=reverse("manage:guests", args=[event.pk]),
    )
