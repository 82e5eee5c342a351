"""Events: the list, one event and its acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events import editing, lifecycle, organisers
from kring.events.locking import is_open
from kring.events.models import Event
from kring.events.naming import suggest_code, suggest_slug
from kring.events.offering import parts_with_places
from kring.events.refusals import LimitTooLate
from kring.places.refusals import TooFewPlaces
from kring.registrations import calling_off
from kring.waiting import managing
from kring.web.manage.events.announcing import ask_before_announcing
from kring.web.manage.events.filters import EventFilter
from kring.web.manage.events.forms import EventForm
from kring.web.manage.events.state_line import steps_of, what_comes_next
from kring.web.manage.events.table import EventTable
from kring.web.manage.organisers.forms import OrganiserForm
from kring.web.manage.pages import ask, attempt, show, show_list
from kring.web.manage.rights import events_of, may_make_events, needs, needs_to_make_events, open_to_makers
from kring.web.manage.shared.further_questions import Further, further_answers
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.locked_fields import typed
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@open_to_makers
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = events_of(request).next_first().select_related("pool")
    rows = rows.prefetch_related(Prefetch("attractions", parts_with_places()))
    can_make = may_make_events(request)
    return show_list(request, "manage/events/list.html", rows, EventTable, EventFilter, can_make=can_make)


@needs("see_events")
@require_safe
@never_cache
def overview(request: UserRequest, event_pk: int) -> HttpResponse:
    rows = Event.objects.with_what_a_page_shows().prefetch_related(Prefetch("attractions", parts_with_places()))
    event = get_object_or_404(rows, pk=event_pk)
    return show(
        request,
        "manage/events/overview.html",
        event=event,
        further_answers=further_answers(event),
        to_do=lifecycle.missing(event) if event.is_editable else [],
        steps=steps_of(event),
        comes_next=what_comes_next(event),
        stays_open=event.state in Event.ALIVE,
        to_give_back=calling_off.paid_orders(event).count() if event.state == Event.State.CANCELLED else 0,
    )


@needs_to_make_events
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in Event.Kind.values else Event.Kind.EVENT
    form = EventForm(request.POST or None, request.FILES or None, kind=kind)
    organiser = OrganiserForm(request.POST or None, may_be_empty=True)
    further = Further(request, Event)

    def save() -> Event:
        fields = _fields(form, organiser)
        with_waiting_list = fields.pop("with_waiting_list", False)
        event = editing.create_event(created_by=request.user, kind=kind, **fields)
        if with_waiting_list:
            managing.switch_on(event)
        further.keep(event)
        return event

    if _are_valid(form, organiser, further) and (event := attempt(form, save)):
        messages.success(request, _("The event has been created. Now add what people can register for."))
        return redirect("manage:attraction_new", event.pk)
    title = _("New enrolment period") if kind == Event.Kind.ENROLMENT else _("New event")
    return _event_page(request, form, organiser, further, title=title, back=reverse("manage:events"))


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.with_what_a_page_shows(), pk=event_pk)
    form = EventForm(request.POST or None, request.FILES or None, event=event)
    organiser = OrganiserForm(request.POST or None)
    further = Further(request, Event, event, is_open=is_open(event))
    merge(request, form, further.form)

    def save() -> bool:
        editing.change_event(event, **_fields(form, organiser), note=request.POST.get("note", ""))
        further.keep(event)
        return True

    here = reverse("manage:event", args=[event.pk])
    beside = {TooFewPlaces: "places", LimitTooLate: "places"}
    if _are_valid(form, organiser, further):
        if confirmation := ask_before_announcing(request, event, form, further):
            return confirmation
        if attempt(form, save, beside):
            messages.success(request, _("The event has been saved."))
            return redirect(here)
    return _event_page(request, form, organiser, further, title=_("Change event"), back=here, event=event)


@needs_to_make_events
@require_safe
@never_cache
def names(request: UserRequest) -> HttpResponse:
    """A preview of address and ticket code, while the name is being typed."""
    name, edition = request.GET.get("name", "")[:200], request.GET.get("edition", "")[:50]
    starts_at = parse_moment(request.GET.get("starts_at", "")) or timezone.now()
    return show(
        request,
        "manage/events/names.html",
        slug=suggest_slug(f"{name} {edition}".strip()) if name else "",
        code=suggest_code(name, starts_at.year) if name else "",
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    if request.method == "POST":
        editing.remove_event(event)
        messages.success(request, _("The event has been removed."))
        return redirect("manage:events")
    return ask(
        request,
        title=_("Remove %(event)s?") % {"event": event},
        consequences=[
            _("Its attractions, ticket types, payment methods and entrances are removed too. This cannot be undone."),
            _("An event with registrations cannot be removed."),
        ],
        button=_("Remove event"),
        back=reverse("manage:event", args=[event.pk]),
    )


def parse_moment(typed: str) -> datetime | None:
    try:
        return parse_datetime(typed)
    except ValueError:
        return None


def _are_valid(form: EventForm, organiser: OrganiserForm, further: Further) -> bool:
    """The new organising body counts only where none is chosen; for a new event the organisation itself is chosen."""
    # No short-circuit: all errors show at once.
    each = [form.is_valid(), further.is_valid()]
    if not all(each):
        return False
    return bool(form.cleaned_data["organiser"]) or organiser.is_valid()


def _fields(form: EventForm, organiser: OrganiserForm) -> dict[str, Any]:
    fields = typed(form)
    if "organiser" in fields and not fields["organiser"]:
        is_new = organiser.has_changed()
        fields["organiser"] = organisers.create(**organiser.cleaned_data) if is_new else organisers.own()
    return fields


def _event_page(
    request: UserRequest,
    form: EventForm,
    organiser: OrganiserForm,
    further: Further,
    *,
    title: str,
    back: str,
    event: Event | None = None,
) -> HttpResponse:
    if form.is_bound and form.cleaned_data.get("organiser"):
        organiser = OrganiserForm()
    return show(
        request,
        "manage/events/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        organiser=organiser,
        further=further,
        heading=title,
        back=back,
        event=event,
    )
