"""The page behind the link that a partner hands out: take one of the partner's tickets (D3)."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.core.integrity_errors import violated_constraint
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import Event
from kring.events.models.offer import MOST_PER_ORDER
from kring.partners import taking
from kring.partners.models import PartnerQuota
from kring.web.access import public
from kring.web.public.idempotency import secrets_of
from kring.web.public.ordering import SENT_BEFORE
from kring.web.public.partner_links import limits_tries
from kring.web.public.secret_links import behind_a_secret, with_secret
from kring.web.public.shared_pages import secret_key


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
@limits_tries
def page(request: TenantRequest, secret: str) -> HttpResponse:
    """Opening it takes nothing: mail programs open links too."""
    if request.method != "POST":
        with scope(request.organisation):
            return _page(request, _behind(secret))
    number = _number(request.POST.get("number", ""))
    # The same form sent twice begins one order: it has the same secret, which a unique constraint detects.
    secrets = secrets_of("partner_tickets", request.POST.get("key", ""), [secret, number])
    order_secret = next(secrets, None)
    try:
        with scope(request.organisation):
            return _begun(request, secret, number, order_secret)
    except Refusal as refusal:
        problem = refusal
    except IntegrityError as error:
        if order_secret is None or violated_constraint(error) != SENT_BEFORE:
            raise
        return redirect("public:order", order_secret)
    with scope(request.organisation):
        if order_secret is not None and with_secret(secret=order_secret):
            # It took the last ones itself, a moment ago.
            return redirect("public:order", order_secret)
        return _page(request, _behind(secret), number=number, problem=problem)


def _begun(request: TenantRequest, secret: str, number: int, order_secret: str | None) -> HttpResponse:
    user = user_of(request)
    if user is None and not request.organisation.guests_may_order:
        return redirect_to_login(request.get_full_path())
    language = get_language() or "en"
    order = taking.begin(_behind(secret), number, user=user, language=language, secret=order_secret)
    return redirect("public:attendees", order.secret)


def _behind(secret: str) -> PartnerQuota:
    rows = PartnerQuota.objects.with_what_a_page_shows().filter(event__state__in=Event.LISTED)
    return get_object_or_404(rows, secret=secret)


def _number(text: str) -> int:
    """0 for what is no number: then nothing was chosen."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _page(
    request: TenantRequest, quota: PartnerQuota, *, number: int = 1, problem: Refusal | None = None
) -> HttpResponse:
    left = taking.left(quota)
    facts = {
        "quota": quota,
        "partner": quota.partner,
        "event": quota.event,
        "left": left,
        "most": min(left, MOST_PER_ORDER),
        "number": max(min(number, left), 1),
        "problem": problem,
        "secret_key": secret_key(),
    }
    return render(request, "public/partners/tickets.html", facts, status=problem.status if problem else 200)
