"""Guests of the list are ticked off at the door, and a mistake is taken back there (D5)."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.checkin.guests import arriving
from kring.checkin.models import Guest, Location
from kring.core.names import one_line
from kring.core.refusals import Refusal
from kring.web.door.device import Device, number
from kring.web.door.views import door, location_of, people_page


@require_POST
@door
@never_cache
def arrivals(request: UserRequest) -> HttpResponse:
    """So many more of this guest's party, of whom so many were in when the page was made; back to the same search."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    guest = _guest(request, location)
    words = request.POST.get("q", "").replace("\0", "").strip()[:100]
    come, seen, device = _count(request, "number"), _count(request, "seen"), Device.of(request).name
    try:
        with transaction.atomic():
            arriving.tick_off(guest, come, seen=seen, location=location, device=device, user=request.user)
    except Refusal as refusal:
        return people_page(request, location, words, refusal=str(refusal), status=409)
    done = _("%(name)s: %(arrived)s of %(people)s are in.")
    done %= {"name": guest.name, "arrived": guest.arrived, "people": guest.people}
    return people_page(request, location, words, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@door
@never_cache
def undoing(request: UserRequest) -> HttpResponse:
    """Asks for how many and why; posted, back to the people of this name."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    guest = _guest(request, location)
    reason = one_line(request.POST.get("reason", ""), 300)
    context = {"location": location, "guest": guest, "reason": reason}
    if request.method == "POST":
        if not reason:
            return _page(request, context | {"refusal": _("Give a reason: it is recorded in the log.")}, status=422)
        many, seen, device = _count(request, "number"), _count(request, "seen"), Device.of(request).name
        try:
            with transaction.atomic():
                arriving.undo(
                    guest, many, seen=seen, reason=reason, location=location, device=device, user=request.user
                )
        except Refusal as refusal:
            return _page(request, context | {"refusal": refusal}, status=409)
        return redirect(reverse("door:people", query={"location": location.pk, "q": guest.name[:100]}))
    return _page(request, context)


def _guest(request: UserRequest, location: Location) -> Guest:
    given = request.POST if request.method == "POST" else request.GET
    guests = Guest.objects.filter(event=location.event_id)
    guest = get_object_or_404(guests, pk=number(given.get("guest")))
    guest.event = location.event
    return guest


def _count(request: UserRequest, name: str) -> int:
    """Below zero for what is no number of people: the verb refuses it."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1


def _page(request: UserRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, "door/guest_undoing.html", context, status=status)
