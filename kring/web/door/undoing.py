"""A check-in that was a mistake is taken back at the door itself, with a reason (C4)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.checkin import undoing as verb
from kring.checkin.refusals import NotCheckedIn
from kring.core.names import one_line
from kring.registrations.models import Ticket
from kring.web.door.device import Device, number
from kring.web.door.views import door, location_of


@require_http_methods(["GET", "HEAD", "POST"])
@door
@never_cache
def undoing(request: UserRequest) -> HttpResponse:
    """Asks for the reason; posted, back to the people of this name."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    given = request.POST if request.method == "POST" else request.GET
    tickets = Ticket.objects.with_what_a_page_shows().filter(registration__event=location.event_id)
    ticket = get_object_or_404(tickets, pk=number(given.get("ticket")))
    reason = one_line(request.POST.get("reason", ""), 300)
    context = {"location": location, "ticket": ticket, "reason": reason}
    if request.method == "POST":
        try:
            if not reason:
                return _page(request, context | {"refusal": _("Give a reason: it is recorded in the log.")}, status=422)
            verb.undo(ticket, reason=reason, user=request.user, device=Device.of(request).name)
        except NotCheckedIn as refusal:
            return _page(request, context | {"refusal": refusal}, status=409)
        return redirect(reverse("door:people", query={"location": location.pk, "q": ticket.registration.attendee_name}))
    return _page(request, context)


def _page(request: UserRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, "door/undoing.html", context, status=status)
