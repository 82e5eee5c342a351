"""A new edition of an event (E10)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core.refusals import NotAllowed
from kring.events import copying
from kring.events.models import Event
from kring.web.manage.events.copy_form import CopyForm
from kring.web.manage.pages import ask, attempt
from kring.web.manage.rights import may_make_events, needs


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def copy(request: UserRequest, event_pk: int) -> HttpResponse:
    """For users who may also create an event from nothing."""
    event = get_object_or_404(Event, pk=event_pk)
    if not may_make_events(request):
        raise NotAllowed
    form = CopyForm(request.POST or None, event=event)
    if form.is_valid() and (new := attempt(form, lambda: copying.copy(event, by=request.user, **form.cleaned_data))):
        messages.success(request, _("The new edition has been created. Check its dates before you submit it."))
        return redirect("manage:event", new.pk)
    return ask(
        request,
        title=_("Copy %(event)s to a new edition") % {"event": event},
        consequences=[
            _(
                "Attractions, ticket types, sessions, forms, rules, payment methods and entrances are copied; "
                "registrations are not."
            ),
            _("Only the organising body is shared: changes to forms and places affect one of the two events only."),
            _("All dates move by the same number of days as the first day, and keep their time of day."),
        ],
        form=form,
        button=_("Create new edition"),
        back=reverse("manage:event", args=[event.pk]),
        tone="primary",
    )
