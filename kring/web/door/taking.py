"""Cash taken at the desk is recorded there (C2)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from kring.accounts.requests import UserRequest
from kring.checkin import taking as verb
from kring.checkin.scanning import ScanResult, verdict
from kring.core import money
from kring.core.refusals import Refusal
from kring.registrations import codes
from kring.registrations.models import Ticket
from kring.web.door.answers import answer
from kring.web.door.device import Device, number
from kring.web.door.views import CAMERA_CSP, door, door_page, location_of


@require_POST
@door
@never_cache
@csp_override(CAMERA_CSP)
def taking(request: UserRequest) -> HttpResponse:
    """The amount of the button that was pressed, of what was open when the page was made."""
    location = location_of(request)
    if location is None:
        return redirect("door:choose")
    tickets = Ticket.objects.with_what_a_page_shows().filter(registration__event=location.event_id)
    ticket = get_object_or_404(tickets, pk=number(request.POST.get("ticket")))
    amount, where = _amount(request, "amount"), location.name
    try:
        verb.take(ticket, seen=_amount(request, "seen"), amount=amount, by=request.user, where=where)
    except Refusal as refusal:
        result = ScanResult(refusal.code, str(refusal), ticket.registration.attendee_name)
    else:
        now = verdict(codes.code_of(ticket), event=location.event, user=request.user)
        currency = ticket.registration.event.organisation.currency
        text = _("%(amount)s recorded as received.") % {"amount": money.say(amount, currency)}
        result = ScanResult("valid", text, ticket.registration.attendee_name, to_pay=now.to_pay)
    if request.accepts("text/html"):
        return door_page(request, location, Device.of(request), verdict=result)
    return JsonResponse(answer(result))


def _amount(request: UserRequest, name: str) -> Decimal:
    """Zero for an invalid amount: the verb refuses it."""
    try:
        given = Decimal(request.POST.get(name, "")[:20])
    except InvalidOperation:
        return Decimal(0)
    return given if given.is_finite() and abs(given) < 10**8 else Decimal(0)
