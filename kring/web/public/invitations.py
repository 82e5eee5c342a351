"""The page behind an invitation: take the place, or "no, thanks" (W4, W5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.events.models import TicketType
from kring.waiting import answering, refusals
from kring.waiting.models import Invitation, WaitingEntry
from kring.web.access import public
from kring.web.public.choices import price_field
from kring.web.public.forms import chosen_prices, quantities, typed_prices
from kring.web.public.queue_place import Place
from kring.web.public.secret_links import behind_a_secret

OVER = (refusals.InvitationExpired, refusals.InvitationOver)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def invitation(request: TenantRequest, secret: str) -> HttpResponse:
    """Already used: on to its order. Opening it does nothing yet: mail programs open links too."""
    found = _invitation_behind(secret)
    if _is_anothers(found):
        return _over(request, found)
    if order := _its_order(found):
        return redirect("public:order", order.secret)
    if found.state != Invitation.State.OPEN or found.is_over_by_the_clock:
        return _over(request, found)
    if request.method != "POST":
        return _page(request, found)
    user = request.user if request.user.is_authenticated else None
    if user is None and not request.organisation.guests_may_order:
        return redirect_to_login(request.get_full_path())
    wanted, typed = _wanted(request.POST), typed_prices(request.POST)
    try:
        prices = chosen_prices(typed, wanted)
        order = answering.begin(found, wanted, user=user, language=get_language() or "en", prices=prices)
    except OVER:
        found.refresh_from_db()
        return _over(request, found)
    except Refusal as refusal:
        return _page(request, found, wanted=wanted, typed=typed, problem=refusal)
    return redirect("public:attendees", order.secret)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def decline(request: TenantRequest, secret: str) -> HttpResponse:
    """Asks for confirmation; POST does it. A second time: the page shows how the invitation ended."""
    found = _invitation_behind(secret)
    if _is_anothers(found):
        return _over(request, found)
    if found.state == Invitation.State.DECLINED:
        return redirect("public:waiting", found.entry.secret)
    order = _its_order(found)
    if order is not None and not order.is_unpaid:
        return redirect("public:order", order.secret)
    # While its order is under way, the order's time counts.
    if found.state != Invitation.State.OPEN or (order is None and found.is_over_by_the_clock):
        return _over(request, found)
    if request.method != "POST":
        page = {"invitation": found, "event": found.entry.event, "others": _others(found)}
        return render(request, "public/waiting/decline.html", page)
    try:
        answering.decline(found, keep_waiting=bool(request.POST.get("keep_waiting")))
    except OVER:
        found.refresh_from_db()
        return _over(request, found)
    messages.success(request, _("Thank you for letting us know: the place goes to the next in the queue."))
    return redirect("public:waiting", found.entry.secret)


def _invitation_behind(secret: str) -> Invitation:
    rows = Invitation.objects.select_related(
        "entry__event__pool", "entry__user", "entry__instead_of", "attraction", "order"
    )
    return get_object_or_404(rows, secret=secret)


def _is_anothers(found: Invitation) -> bool:
    """Whether the order's buyer got a new link since: the reader of this one must not see the order."""
    return found.order is not None and found.order.link_renewed_at is not None


def _its_order(found: Invitation) -> Order | None:
    """The order that is under way, or done; None where it was cancelled."""
    order: Order | None = found.order
    if order is None or (order.is_unpaid and order.is_overdue):
        return None
    return None if order.state in (Order.State.EXPIRED, Order.State.CANCELLED) else order


def _wanted(data: Mapping[str, Any]) -> dict[int, int]:
    """How many of which; of one place, which."""
    chosen = str(data.get("type", ""))
    return {int(chosen): 1} if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else quantities(data)


def _page(
    request: TenantRequest,
    found: Invitation,
    *,
    wanted: Mapping[int, int] | None = None,
    typed: Mapping[int, str] = MappingProxyType({}),
    problem: Refusal | None = None,
) -> HttpResponse:
    offered = answering.offered(found)
    page = {
        "invitation": found,
        "event": found.entry.event,
        "place": Place(found.entry),
        "choices": _choices(found, offered, wanted, typed),
        "is_free": not any(price for _type, price in offered),
        "problem": problem,
    }
    return render(request, "public/waiting/invitation.html", page, status=problem.status if problem else 200)


def _choices(
    found: Invitation,
    offered: list[tuple[TicketType, Decimal]],
    wanted: Mapping[int, int] | None,
    typed: Mapping[int, str],
) -> list[tuple[TicketType, Decimal, int, str]]:
    """Type, price, quantity, what stands in the field of a price to choose. All places of the first type, until
    something else is chosen."""
    if wanted is None:
        wanted = {offered[0][0].pk: found.places} if offered else {}
    return [(each, price, wanted.get(each.pk, 0), price_field(each, typed)) for each, price in offered]


def _over(request: TenantRequest, found: Invitation) -> HttpResponse:
    """410, with a way on: it expired by the clock, or ended otherwise."""
    is_late = found.state in (Invitation.State.OPEN, Invitation.State.EXPIRED)
    waits_still = found.entry.state == WaitingEntry.State.WAITING
    waiting_list = Place(found.entry).waiting_list
    page = {
        "invitation": found,
        "event": found.entry.event,
        "is_late": is_late,
        "waits_still": waits_still,
        "may_join": waiting_list is not None and waiting_list.is_on and not waits_still,
    }
    return render(request, "public/waiting/over.html", page, status=410)


def _others(found: Invitation) -> list[Any]:
    """The other wishes of this entry."""
    wishes = found.entry.wishes.exclude(attraction=found.attraction_id).select_related("attraction")
    return [wish.attraction for wish in wishes]
