"""The first step of an order: how many of which ticket, chosen on the event's page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from kring.accounts.requests import TenantRequest
from kring.core.integrity_errors import violated_constraint
from kring.core.rate_limits import address_of
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.registrations.booking import book
from kring.web.access import public
from kring.web.public import codes
from kring.web.public.events import event_page, visible_event
from kring.web.public.forms import chosen_prices, quantities, typed_prices
from kring.web.public.idempotency import secrets_of
from kring.web.public.same_origin import from_our_own_pages
from kring.web.public.secret_links import with_secret

SENT_BEFORE = "order_secret_is_unique"


@public
@from_our_own_pages
@opens_own_scope
@require_POST
def begin(request: TenantRequest, slug: str) -> HttpResponse:
    wanted, typed, code = quantities(request.POST), typed_prices(request.POST), codes.typed(request.POST)
    if code and "apply" in request.POST:
        # Not ordered yet: the page shows what the code does, and still has what was chosen. Enter in a number sends
        # this button too: without a code it orders.
        return redirect(f"{reverse('public:event', args=[slug])}?{urlencode(as_fields(wanted, typed, code))}#tickets")
    chosen = sorted((key, text) for key, text in typed.items() if key in wanted)
    contents = [sorted(wanted.items()), *([chosen] if chosen else []), *([code] if code else [])]
    secrets = secrets_of("ordering", request.POST.get("key", ""), contents)
    secret = next(secrets, None)
    while True:
        try:
            with scope(request.organisation):
                return _begun(request, slug, wanted, dict(chosen), code, secret)
        except (Refusal, IntegrityError) as problem:
            # The transaction is undone with all that was taken.
            if isinstance(problem, IntegrityError) and (secret is None or violated_constraint(problem) != SENT_BEFORE):
                raise
            why = problem
        with scope(request.organisation):
            if secret is not None and (known := with_secret(secret=secret)):
                [order] = known
                if order.is_unpaid and not order.is_overdue:
                    return redirect("public:attendees", secret)
                # That one has ended: the same form begins another.
                secret = next(secrets)
            elif isinstance(why, Refusal):
                # The page shows why, and still has what was chosen.
                event = visible_event(request, slug)
                return event_page(request, event, wanted=wanted, typed=typed, code=code, problem=why)
            else:
                raise why


def _begun(
    request: TenantRequest,
    slug: str,
    wanted: Mapping[int, int],
    typed: Mapping[int, str],
    code: str,
    secret: str | None,
) -> HttpResponse:
    """The same form sent twice begins one order: it has the same secret, which a unique constraint detects."""
    event = visible_event(request, slug)
    user = request.user if request.user.is_authenticated else None
    if user is None and wanted and not request.organisation.guests_may_order:
        return redirect_to_login(f"{event.get_absolute_url()}?{urlencode(as_fields(wanted, typed, code))}")
    network, language = address_of(request), get_language() or "en"
    order = book(
        event,
        wanted,
        user=user,
        language=language,
        secret=secret,
        network=network,
        prices=chosen_prices(typed, wanted),
        code=codes.entered(request, event, code),
    )
    return redirect("public:attendees", order.secret)


def as_fields(wanted: Mapping[int, int], typed: Mapping[int, str], code: str = "") -> dict[str, object]:
    fields: dict[str, object] = {f"quantity-{ticket_type}": quantity for ticket_type, quantity in wanted.items()}
    fields |= {f"price-{ticket_type}": text for ticket_type, text in typed.items()}
    return fields | ({"code": code} if code else {})
