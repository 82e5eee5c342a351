"""The door as staff sees it: how many are in, what was read, and the entrances (K4, K6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.checkin import locations
from kring.checkin.models import Location, Scan
from kring.checkin.refusals import LocationNameTaken
from kring.events.models import Event
from kring.web.access import roles
from kring.web.manage.door.attendance import entrances_with_counts, let_in
from kring.web.manage.door.forms import EntranceForm
from kring.web.manage.door.table import ScanTable
from kring.web.manage.pages import ask, attempt, show, show_list
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.navigation import target


@needs("see_door")
@list_tools
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def event(request: UserRequest, event_pk: int) -> HttpResponse:
    """Counters, entrances and the last scans; POST adds an entrance."""
    found = get_object_or_404(Event, pk=event_pk)
    form = EntranceForm(request.POST if request.method == "POST" and may(request, "change_door") else None)
    if (
        form.is_valid()
        and attempt(form, lambda: locations.add(found, form.cleaned_data["name"]), {LocationNameTaken: "name"})
        is not None
    ):
        messages.success(request, _("The entrance has been added."))
        return redirect("manage:event_door", found.pk)
    rows = Scan.objects.filter(event=found).select_related("ticket__registration", "scanned_by")
    return show_list(
        request,
        "manage/door/event.html",
        rows,
        ScanTable,
        table_options={"can_open": may(request, "see_registrations")},
        status=422 if form.is_bound else 200,
        event=found,
        count=let_in([found])[found.pk],
        entrances=entrances_with_counts(found),
        form=form,
        can_scan=_can_scan(request),
    )


@needs("change_door")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def entrance(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """Give an entrance another name."""
    found = _entrance(event_pk, pk)
    form = EntranceForm(request.POST or None, initial={"name": found.name})
    merge(request, form)

    def rename() -> bool:
        locations.rename(found, form.cleaned_data["name"])
        return True

    if form.is_valid() and attempt(form, rename, {LocationNameTaken: "name"}):
        messages.success(request, _("The entrance has been renamed."))
        return redirect("manage:event_door", event_pk)
    status = 422 if form.is_bound else 200
    return show(request, "manage/door/entrance.html", status=status, event=found.event, entrance=found, form=form)


@needs("change_door")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _entrance(event_pk, pk)
    if request.method == "POST":
        locations.remove(found)
        messages.success(request, _("The entrance has been removed."))
        return redirect("manage:event_door", event_pk)
    scans = found.scans.count()
    text = ngettext(
        "%(scans)s scan was made there; it is kept, with the entrance's name.",
        "%(scans)s scans were made there; they are kept, with the entrance's name.",
        scans,
    )
    return ask(
        request,
        title=_("Remove the entrance %(name)s?") % {"name": found},
        consequences=[text % {"scans": scans}, _("A device that scans there is asked to choose another entrance.")],
        button=_("Remove entrance"),
        back=reverse("manage:event_door", args=[event_pk]),
    )


def _can_scan(request: UserRequest) -> bool:
    """Access to the scanner is declared at its own view."""
    _url, allowed = target("door:scan", request.urlconf)
    return bool(roles(request) & allowed)


def _entrance(event_pk: int, pk: int) -> Location:
    return get_object_or_404(Location.objects.select_related("event"), event_id=event_pk, pk=pk)
