"""The sessions inside an event's attractions: how full they are, and who is in which (E9)."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events import programme
from kring.events.models import Event, Session
from kring.places.refusals import TooFewPlaces
from kring.registrations import sessions as choosing
from kring.web.manage.pages import ask, saved, show
from kring.web.manage.rights import needs
from kring.web.manage.sessions.forms import FewestForm, SessionForm
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_events")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    attractions = event.attractions.prefetch_related("sessions__pool")
    for attraction in attractions:
        attraction.fewest_form = FewestForm(initial={"fewest": attraction.fewest_sessions})  # type: ignore[attr-defined]
        merge(request, attraction.fewest_form)  # type: ignore[attr-defined]
    with_sessions = any(each.sessions.all() for each in attractions)
    return show(
        request,
        "manage/sessions/list.html",
        event=event,
        attractions=attractions,
        with_sessions=with_sessions,
        goes_on=event.is_editable or event.state in Event.ALIVE,
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    form = SessionForm(request.POST or None, event=event)
    if saved(request, form, programme.add_session, _("The session has been added.")):
        return redirect("manage:sessions", event.pk)
    return _page(request, event, form, None)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    session = _session(event_pk, pk)
    form = SessionForm(request.POST or None, event=session.attraction.event, session=session)
    merge(request, form)

    act = partial(programme.change_session, session)
    if saved(request, form, act, _("The session has been saved."), {TooFewPlaces: "places"}):
        return redirect("manage:sessions", event_pk)
    return _page(request, session.attraction.event, form, session)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    session = _session(event_pk, pk)
    if request.method == "POST":
        programme.remove_session(session)
        messages.success(request, _("The session has been removed."))
        return redirect("manage:sessions", event_pk)
    return ask(
        request,
        title=_("Remove %(session)s?") % {"session": session},
        consequences=[_("This cannot be undone."), _("A session that somebody has chosen cannot be removed.")],
        button=_("Remove session"),
        back=reverse("manage:sessions", args=[event_pk]),
    )


@needs("change_events")
@require_POST
@one_save_at_a_time
def fewest(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """How many sessions of this attraction everybody must choose."""
    attraction = get_object_or_404(get_object_or_404(Event, pk=event_pk).attractions.select_related("event"), pk=pk)
    form = FewestForm(request.POST, initial={"fewest": attraction.fewest_sessions})
    merge(request, form)
    if not form.is_valid():
        messages.error(request, str(form.errors["fewest"][0]))
    else:
        programme.set_fewest(attraction, form.cleaned_data["fewest"])
        messages.success(request, _("Saved."))
    return redirect("manage:sessions", event_pk)


@needs("see_registrations")
@require_safe
@never_cache
def people(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    session = _session(event_pk, pk)
    return show(
        request,
        "manage/sessions/people.html",
        event=session.attraction.event,
        session=session,
        bookings=choosing.people_in(session),
    )


def _session(event_pk: int, pk: int) -> Session:
    rows = Session.objects.select_related("attraction__event", "pool")
    return get_object_or_404(rows, attraction__event_id=event_pk, pk=pk)


def _page(request: UserRequest, event: Event, form: SessionForm, session: Session | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return show(request, "manage/sessions/form.html", status=status, event=event, form=form, session=session)
