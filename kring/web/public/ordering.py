"""The first step of an order: how many of which ticket, chosen on the event's page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kring.core.refusals import Refusal
from kring.registrations.booking import book
from kring.web.access import public
from kring.web.public.events import event_page, visible_event
from kring.web.public.forms import quantities


@public
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    event = visible_event(request, slug)
    wanted = quantities(request.POST)
    if not wanted:
        return event_page(request, event, problem=_("Choose how many tickets you want."), status=422)
    user = request.user if request.user.is_authenticated else None
    if user is None and not request.organisation.guests_may_order:
        return redirect_to_login(f"{event.get_absolute_url()}?{urlencode(as_fields(wanted))}")
    try:
        order = book(event, wanted, user=user, language=get_language())
    except Refusal as refusal:
        # `book` has undone what it began. The page says why, and still knows what was chosen.
        return event_page(request, event, wanted=wanted, problem=str(refusal), status=refusal.status)
    return redirect("public:attendees", order.secret)


def as_fields(wanted: dict[int, int]) -> dict[str, int]:
    return {f"quantity-{ticket_type}": quantity for ticket_type, quantity in wanted.items()}
