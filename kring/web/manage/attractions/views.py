"""The attractions of an event, with their ticket types."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events import editing_parts
from kring.events.locking import is_open
from kring.events.models import Attraction, Event
from kring.events.refusals import LimitTooLate
from kring.places.refusals import TooFewPlaces
from kring.waiting.included_attractions import cover
from kring.waiting.refusals import StillWaited
from kring.web.manage.attractions.forms import AttractionForm, BaseTicketTypes, TicketTypes
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.further_questions import Further
from kring.web.manage.shared.locked_fields import typed
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_events")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    attractions = event.attractions.with_what_a_page_shows()
    return show(request, "manage/attractions/list.html", event=event, attractions=attractions)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    is_first = event.state == Event.State.NEW and not event.attractions.exists()
    form, types = AttractionForm(request.POST or None, event=event), TicketTypes(request.POST or None)
    further = Further(request, Attraction)

    def save() -> Attraction:
        fields = dict(form.cleaned_data)
        wanted = fields.pop("waiting_list")
        attraction = editing_parts.add_attraction(event, ticket_types=types.wishes(), **fields)
        further.keep(attraction)
        cover(attraction, wanted=wanted)
        return attraction

    if _are_valid(form, types, further) and attempt(form, save) is not None:
        messages.success(request, _("The attraction has been added."))
        return redirect(_next(event, types) if is_first else "manage:attractions", event.pk)
    return _attraction_page(request, event, form, types, further, is_first=is_first)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    attraction = _attraction(event_pk, pk)
    form = AttractionForm(request.POST or None, event=attraction.event, attraction=attraction)
    types = TicketTypes(request.POST or None, attraction=attraction)
    further = Further(request, Attraction, attraction, is_open=is_open(attraction.event))
    merge(request, form, further.form, types)

    def save() -> bool:
        fields = typed(form)
        # The queue is locked before attractions and places: inviting the next holds the queue and needs those.
        cover(attraction, wanted=fields.pop("waiting_list"))
        editing_parts.change_attraction(attraction, ticket_types=types.wishes(), removed=types.removed(), **fields)
        further.keep(attraction)
        return True

    beside = {TooFewPlaces: "places", LimitTooLate: "places", StillWaited: "waiting_list"}
    if _are_valid(form, types, further) and attempt(form, save, beside):
        messages.success(request, _("The attraction has been saved."))
        return redirect("manage:attractions", event_pk)
    return _attraction_page(request, attraction.event, form, types, further, attraction)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    attraction = _attraction(event_pk, pk)
    if request.method == "POST":
        editing_parts.remove_attraction(attraction)
        messages.success(request, _("The attraction has been removed."))
        return redirect("manage:attractions", event_pk)
    return ask(
        request,
        title=_("Remove %(attraction)s?") % {"attraction": attraction},
        consequences=[
            _("Its ticket types are removed too. This cannot be undone."),
            _("An attraction with registrations cannot be removed."),
        ],
        button=_("Remove attraction"),
        back=reverse("manage:attractions", args=[event_pk]),
    )


@needs("change_events")
@require_POST
def position(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """One place up or down."""
    editing_parts.move_attraction(_attraction(event_pk, pk), up=request.POST.get("to") == "up")
    return redirect("manage:attractions", event_pk)


def _attraction(event_pk: int, pk: int) -> Attraction:
    return get_object_or_404(Attraction.objects.with_what_a_page_shows(), event_id=event_pk, pk=pk)


def _are_valid(form: AttractionForm, types: BaseTicketTypes, further: Further) -> bool:
    # No short-circuit: all errors show at once.
    each = [form.is_valid(), types.is_valid(), further.is_valid()]
    return all(each) and form.demand_days_to_pay(types.wishes())


def _next(event: Event, types: BaseTicketTypes) -> str:
    """After the first attraction of a new event: the payment methods, where something costs money."""
    is_paid = any(wish.price > 0 for wish in types.wishes())
    return "manage:payment_options" if is_paid and not event.payment_options.exists() else "manage:event"


def _attraction_page(
    request: UserRequest,
    event: Event,
    form: AttractionForm,
    types: BaseTicketTypes,
    further: Further,
    attraction: Attraction | None = None,
    *,
    is_first: bool = False,
) -> HttpResponse:
    return show(
        request,
        "manage/attractions/form.html",
        status=422 if form.is_bound else 200,
        event=event,
        form=form,
        types=types,
        further=further,
        attraction=attraction,
        is_first=is_first,
    )
