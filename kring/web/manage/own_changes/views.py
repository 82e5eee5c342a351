"""What participants of one event may change by themselves (R6)."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.events import own_changes as changes
from kring.events.models import Event
from kring.web.manage.own_changes.forms import OwnChangesForm
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def own_changes(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    form = OwnChangesForm(request.POST or None, event=copy(event), currency=request.organisation.currency)
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: changes.allow(event, **form.settings)):
        messages.success(request, _("Saved: this is what participants may change."))
        return redirect("manage:own_changes", event_pk)
    status = 422 if form.is_bound else 200
    return show(request, "manage/own_changes/form.html", status=status, event=event, form=form)
