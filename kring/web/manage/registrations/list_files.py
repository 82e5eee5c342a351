"""The list as a file (M6)."""

from __future__ import annotations

import tempfile
from typing import IO

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core.filenames import filename
from kring.events.models import Event
from kring.registrations import exporting
from kring.web.manage.registrations.list_request import of_address
from kring.web.manage.rights import needs

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
IN_MEMORY = 1_000_000


@needs("see_registrations")
@require_safe
@never_cache
def export(request: UserRequest) -> FileResponse:
    return _export(request, None)


@needs("see_registrations")
@require_safe
@never_cache
def export_of_event(request: UserRequest, event_pk: int) -> FileResponse:
    return _export(request, _event(event_pk))


def address_of(event: Event | None) -> str:
    """Where the list is had as a file."""
    if event is None:
        return reverse("manage:registrations_export")
    return reverse("manage:event_registrations_export", args=[event.pk])


def _event(event_pk: int) -> Event:
    return get_object_or_404(Event, pk=event_pk)


def _export(request: UserRequest, event: Event | None) -> FileResponse:
    """Complete before its first byte is sent: a file that broke off would look like all there is."""
    form = request.GET.get("form", "xlsx")
    if form not in exporting.FORMS:
        raise Http404
    found = of_address(request.GET.urlencode(), request.user, event)
    title = str(event) if event else _("Registrations")
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    exporting.export(file, found.listing, found.shown, form=form, title=title)
    file.seek(0)
    name = filename(_("Registrations"), str(event or ""), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response.block_size = 64 * 1024
    response["Cache-Control"] = "private, no-store"
    return response
