"""The log: who did what, on what, when (L1)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.web.manage.audit.filters import AuditFilter
from kring.web.manage.audit.history import entries_about_event, newest_first
from kring.web.manage.audit.table import EventHistoryTable, HistoryTable
from kring.web.manage.pages import show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools


@needs("see_log")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/audit/list.html", newest_first(), HistoryTable, AuditFilter)


@needs("see_events")
@list_tools
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    rows = entries_about_event(event)
    return show_list(request, "manage/audit/of_event.html", rows, EventHistoryTable, event=event)
