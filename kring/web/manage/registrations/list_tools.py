"""Tools of the list: its columns, saved views, and exports (R7, M6)."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.core import names
from kring.core.filenames import filename
from kring.events.models import Event
from kring.registrations import exporting
from kring.registrations.models import SavedView
from kring.web.manage.registrations.list_request import COLUMN, of_address
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import PAGE

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
IN_MEMORY = 1_000_000
# Views of one person on one list: more than that is a mistake, or mischief.
MOST_VIEWS = 50


@needs("see_registrations")
@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    return _export(request, None)


@needs("see_registrations")
@require_safe
@never_cache
def export_of_event(request: HttpRequest, event_pk: int) -> HttpResponse:
    return _export(request, _event(event_pk))


@needs("see_registrations")
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    return _remember_columns(request, None)


@needs("see_registrations")
@require_POST
def columns_of_event(request: HttpRequest, event_pk: int) -> HttpResponse:
    return _remember_columns(request, _event(event_pk))


@needs("see_registrations")
@require_POST
def view(request: HttpRequest) -> HttpResponse:
    return _save_view(request, None)


@needs("see_registrations")
@require_POST
def view_of_event(request: HttpRequest, event_pk: int) -> HttpResponse:
    return _save_view(request, _event(event_pk))


@needs("see_registrations")
@require_POST
def view_removal(request: HttpRequest) -> HttpResponse:
    return _remove_view(request, None)


@needs("see_registrations")
@require_POST
def view_removal_of_event(request: HttpRequest, event_pk: int) -> HttpResponse:
    return _remove_view(request, _event(event_pk))


def addresses(event: Event | None) -> dict[str, str]:
    """Where the list's tools send what is chosen."""
    routes = {"columns": "columns", "views": "view", "removal": "view_removal", "export": "export"}
    if event is None:
        return {tool: reverse(f"manage:registrations_{name}") for tool, name in routes.items()}
    return {tool: reverse(f"manage:event_registrations_{name}", args=[event.pk]) for tool, name in routes.items()}


def _event(event_pk: int) -> Event:
    return get_object_or_404(Event, pk=event_pk)


def _export(request: HttpRequest, event: Event | None) -> HttpResponse:
    """Complete before its first byte is sent: a file that broke off would look like all there is."""
    form = request.GET.get("form", "xlsx")
    if form not in exporting.FORMS:
        raise Http404
    found = of_address(request.GET.urlencode(), request.user, event)
    title = str(event) if event else _("Registrations")
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    exporting.export(file, found.listing, found.shown, form=form, title=title)
    file.seek(0)
    name = filename(_("Registrations"), str(event or ""), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response.block_size = 64 * 1024
    response["Cache-Control"] = "private, no-store"
    return response


def _remember_columns(request: HttpRequest, event: Event | None) -> HttpResponse:
    found = of_address(_list(request), request.user, event)
    wanted = [key for key in request.POST.getlist(COLUMN) if key in found.columns]
    SavedView.objects.update_or_create(
        owner=request.user, event=event, name="", defaults={"query": {COLUMN: wanted}, "is_shared": False}
    )
    return _back(found.with_(**{COLUMN: ""}), event)


def _save_view(request: HttpRequest, event: Event | None) -> HttpResponse:
    found = _list(request)
    try:
        name = names.clean(request.POST.get("name", ""))[:80]
    except ValidationError:
        messages.warning(request, _("A view needs a name."))
        return _back(found, event)
    if SavedView.objects.filter(owner=request.user, event=event).count() > MOST_VIEWS:
        messages.warning(request, _("You have too many views: remove one first."))
        return _back(found, event)
    seen = of_address(found, request.user, event)
    query = {key: values for key, values in QueryDict(found).lists() if key != PAGE}
    query[COLUMN] = [column.key for column in seen.shown]
    SavedView.objects.update_or_create(
        owner=request.user,
        event=event,
        name=name,
        defaults={"query": query, "is_shared": request.POST.get("is_shared") == "1"},
    )
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return _back(found, event)


def _remove_view(request: HttpRequest, event: Event | None) -> HttpResponse:
    key = request.POST.get("view", "")
    mine = SavedView.objects.filter(owner=request.user, event=event, pk=int(key) if key.isdecimal() else 0)
    if not mine.delete()[0]:
        raise Http404
    messages.success(request, _("The view has been removed."))
    return _back(_list(request), event)


def _list(request: HttpRequest) -> str:
    # What comes percent-encoded is decoded when the address is read: PostgreSQL keeps no NUL.
    return request.POST.get("list", "").replace("%00", "").replace("\x00", "")[:8_000]


def _back(address: str, event: Event | None) -> HttpResponse:
    here = reverse("manage:event_registrations", args=[event.pk]) if event else reverse("manage:registrations")
    return redirect(f"{here}?{address}" if address else here)
