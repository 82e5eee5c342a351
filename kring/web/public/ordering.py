"""The first step of an order: how many of which ticket, chosen on the event's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from kring.core.integrity_errors import violated
from kring.core.rate_limits import address_of
from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.registrations.booking import book
from kring.web.access import public
from kring.web.public.events import event_page, visible_event
from kring.web.public.forms import quantities
from kring.web.public.idempotency import secrets_of
from kring.web.public.same_origin import from_our_own_pages
from kring.web.public.secret_links import with_secret


@public
@from_our_own_pages
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    event = visible_event(request, slug)
    wanted = quantities(request.POST)
    user = request.user if request.user.is_authenticated else None
    if user is None and wanted and not request.organisation.guests_may_order:
        return redirect_to_login(f"{event.get_absolute_url()}?{urlencode(as_fields(wanted))}")
    try:
        secret = _order(event, wanted, user, request.POST.get("key", ""), address_of(request))
    except Refusal as refusal:
        # Nothing of it is left. The page says why, and still knows what was chosen.
        return event_page(request, event, wanted=wanted, problem=refusal)
    return redirect("public:attendees", secret)


def _order(event: Event, wanted: Mapping[int, int], user: Any, key: str, network: str) -> str:
    """The secret of the order for this; the same form sent twice begins one order (until that one has ended)."""
    secret = None
    for secret in secrets_of("ordering", key, sorted(wanted.items())):
        found = with_secret(secret=secret)
        if not found:
            break
        [known] = found
        if known.is_unpaid and not known.is_overdue:
            return secret
    try:
        made = book(event, wanted, user=user, language=get_language() or "en", secret=secret, network=network)
    except IntegrityError as error:
        if secret is None or violated(error) != "order_secret_is_unique":
            raise
        # The other click was a moment faster.
        return secret
    return made.secret


def as_fields(wanted: Mapping[int, int]) -> dict[str, int]:
    return {f"quantity-{ticket_type}": quantity for ticket_type, quantity in wanted.items()}
