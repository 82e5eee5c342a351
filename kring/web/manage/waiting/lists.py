"""All waiting lists of the organisation, and where the next one is switched on (W1)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import WaitingList
from kring.events.models.event import next_first
from kring.waiting import managing, numbers
from kring.web.manage.pages import attempt, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.waiting.figures import say_wait
from kring.web.manage.waiting.forms import SwitchOnForm
from kring.web.manage.waiting.lists_table import WaitingListTable


@needs("see_registrations")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """Those that are on first, the next event before a later one."""
    rows = WaitingList.objects.select_related("event").order_by("-is_on", *next_first("event__"), "-pk")
    together = numbers.of_organisation()
    wait = say_wait(together.median_wait)
    return show_list(request, "manage/waiting/lists.html", rows, WaitingListTable, together=together, wait=wait)


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = SwitchOnForm(request.POST if request.method == "POST" else None)

    def switch_on() -> WaitingList:
        return managing.switch_on(form.cleaned_data["event"])

    if form.is_valid() and (made := attempt(form, switch_on)):
        text = _("%(event)s has a waiting list now. These are its rules: change them as you like.")
        messages.success(request, text % {"event": made.event})
        return redirect("manage:waiting_rules", made.event_id)
    return show(request, "manage/waiting/new_list.html", status=422 if form.is_bound else 200, form=form)
