"""The page of the door, and its requests while it is open."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from kring.accounts.models import Role
from kring.accounts.requests import UserRequest
from kring.checkin import locations, scanning
from kring.checkin.attendance import attendance
from kring.checkin.guests import finding
from kring.checkin.looking_up import look_up
from kring.checkin.models import Location
from kring.core.searching import Unsearchable, words_of
from kring.events.models import Event
from kring.registrations import codes
from kring.registrations.models import Ticket
from kring.web.access import needs_role
from kring.web.door.answers import answer
from kring.web.door.device import COOKIE, Device, number

# The code reader is WebAssembly in a worker. Only the door may run that; the worker itself may do nothing else.
CAMERA_CSP: dict[str, list[str]] = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.WASM_UNSAFE_EVAL],
    "worker-src": [CSP.SELF],
}
WORKER_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.WASM_UNSAFE_EVAL],
    "connect-src": [CSP.SELF],
}
STILL_SHOWN = timedelta(days=1)
PEOPLE_SHOWN = 20

door = needs_role(Role.Name.DOOR)


@require_GET
@door
@never_cache
@csp_override(CAMERA_CSP)
def scan(request: UserRequest) -> HttpResponse:
    """With `?location=` the door, without it where this device was last, else the choice."""
    device = Device.of(request)
    if "location" not in request.GET:
        if device.location_id:
            return _to(device.location_id)
        return _choose(request, resume=reverse("door:scan"))
    location = location_of(request)
    if location is None:
        return _choose(request, message=_("This entrance no longer exists. Choose another one."))
    response = door_page(request, location, device)
    device.remember(response, location.pk)
    return response


@door
@never_cache
def choose(request: UserRequest) -> HttpResponse:
    """The entrance of this device. Posting an event without entrances gives it its first."""
    if request.method == "POST":
        event = get_object_or_404(Event, pk=number(request.POST.get("event")))
        return _to(locations.of(event).pk)
    return _choose(request)


@require_POST
@door
@never_cache
@csp_override(CAMERA_CSP)
def readings(request: UserRequest) -> HttpResponse:
    """A typed code, or a ticket found by name: JSON for the page's script, the whole page without one."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    device = Device.of(request)
    code = request.POST.get("code", "")
    if ticket_id := request.POST.get("ticket"):
        code = codes.code_of(get_object_or_404(Ticket.objects.with_what_a_page_shows(), pk=number(ticket_id)))
    anyway = request.POST.get("anyway") == "1"
    result = scanning.scan(
        code, event=location.event, location=location, device=device.name, user=request.user, anyway=anyway
    )
    if request.accepts("text/html"):
        return door_page(request, location, device, verdict=result, code=code)
    return JsonResponse(answer(result))


@require_GET
@door
@never_cache
@csp_override(WORKER_CSP)
def worker(request: UserRequest) -> HttpResponse:
    """The script that reads codes. It has its library's address and its own policy: static files have none."""
    return render(request, "door/worker.js", content_type="text/javascript; charset=utf-8")


@require_GET
@door
@never_cache
def people(request: UserRequest) -> HttpResponse:
    """Who has these words in name, address or order number: a page, or only its list."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    return people_page(request, location, words)


def people_page(
    request: UserRequest, location: Location, words: str, *, status: int = 200, **more: object
) -> HttpResponse:
    """Attendees and guests, or only the list of them."""
    context: dict[str, object] = {"location": location, "words": words}
    try:
        found = look_up(words, location.event, limit=PEOPLE_SHOWN + 1)
        guests = finding.find(words_of(words), location.event, limit=PEOPLE_SHOWN + 1)
    except Unsearchable as reason:
        context["reason"] = reason
    else:
        context |= {"people": found.people[:PEOPLE_SHOWN], "more": found.people[PEOPLE_SHOWN:]}
        context |= {"guests": guests.guests[:PEOPLE_SHOWN], "more_guests": guests.guests[PEOPLE_SHOWN:]}
        context |= {"are_similar": found.are_similar, "are_similar_guests": guests.are_similar}
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"door/people.html{part}", context | more, status=status)


@require_GET
@door
@never_cache
def counter(request: UserRequest) -> HttpResponse:
    location = location_of(request)
    if location is None:
        return JsonResponse({}, status=404)
    now = attendance(location)
    guests = location.event.guests.counted()
    return JsonResponse({"here": now.here, "inside": now.inside, "expected": now.expected, "guests": guests["arrived"]})


def location_of(request: UserRequest) -> Location | None:
    given = request.POST if request.method == "POST" else request.GET
    location = locations.at_door(number(given.get("location")))
    if location:
        location.event.organisation = request.organisation
    return location


def _to(location_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("door:scan", query={"location": location_id}))


def _choose(request: UserRequest, *, resume: str = "", message: str = "") -> HttpResponse:
    entrances = Prefetch("locations", Location.objects.order_by("pk"))
    soon = Event.objects.listed().filter(ends_at__gte=timezone.now() - STILL_SHOWN)
    soon = soon.exclude(state=Event.State.CANCELLED).order_by("starts_at", "pk")
    context = {
        "events": soon.prefetch_related(entrances),
        "resume": resume,
        "message": message,
        "device": Device.of(request) if COOKIE in request.COOKIES else None,
    }
    return render(request, "door/choose.html", context)


def door_page(request: UserRequest, location: Location, device: Device, **more: object) -> HttpResponse:
    context = {"location": location, "event": location.event, "device": device, "attendance": attendance(location)}
    context["guests"] = location.event.guests.counted()
    return render(request, "door/scan.html", context | more)
