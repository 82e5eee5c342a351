"""Joining the waiting list of an event (W2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.addresses import verified
from kring.accounts.requests import TenantRequest
from kring.core import codes
from kring.core.addresses import normalised
from kring.core.integrity_errors import violated_constraint
from kring.core.rate_limits import address_of, seconds_to_wait
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import Event, WaitingList
from kring.events.offering import AttractionOffer, offers_of
from kring.organisations import limits
from kring.organisations.limits import Limit
from kring.waiting import joining, refusals
from kring.waiting.models import WaitingEntry
from kring.waiting.reminding import remind
from kring.web import errors
from kring.web.access import public
from kring.web.public import shared_pages
from kring.web.public.events import visible_event
from kring.web.public.idempotency import secrets_of
from kring.web.public.join_form import JoinForm
from kring.web.public.same_origin import from_our_own_pages

A_MINUTE = limits.declare(
    Limit(
        "waiting_list_per_minute",
        limits.ORDERS,
        gettext_lazy("People who join waiting lists from one internet connection, in a minute"),
        gettext_lazy("A school behind one address joins in this time; a program that fills the list does not get far."),
        default=30,
    )
)


@dataclass(frozen=True)
class Desk:
    """The waiting list of an event, and what one can wait for now."""

    event: Event
    waiting_list: WaitingList
    offers: list[AttractionOffer]

    @property
    def full(self) -> list[AttractionOffer]:
        return [offer for offer in self.offers if offer.can_wait]

    @property
    def can_order(self) -> bool:
        return any(offer.can_order for offer in self.offers)


@public
@opens_own_scope
@from_our_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: TenantRequest, slug: str) -> HttpResponse:
    if request.method == "POST" and (wait := seconds_to_wait({f"join:{address_of(request)}": A_MINUTE.number()})):
        answer = errors.page(request, 429)
        answer["Retry-After"] = str(wait)
        return answer
    organisation = request.organisation
    with scope(organisation):
        desk = _desk(request, slug)
        if not desk.full:
            return render(request, "public/waiting/nothing.html", {"desk": desk, "event": desk.event})
        form = _form(request, desk)
        if not form.is_valid():
            return _page(request, desk, form)
        secret, known = _secret(request.POST.get("key", ""), form)
        is_own = _is_own(request, form.cleaned_data["email"])
    if known:
        return _joined(request, desk, secret, is_own=is_own)
    try:
        joining.join(
            organisation, desk.event, form.chosen(), form.joiner(language=get_language() or "en", secret=secret)
        )
    except IntegrityError as error:
        if violated_constraint(error) != "waiting_entry_secret_is_unique":
            raise
        # The other click was faster.
    except Refusal as refusal:
        if not isinstance(refusal, refusals.AlreadyWaiting):
            return _refused(request, slug, refusal)
        is_sent_twice = refusal.entry.secret == secret
        if is_own and not is_sent_twice:
            return _refused(request, slug, refusal)
        # Whether this address waits already, or is invited, is shown only in the mail sent to it.
        if not is_sent_twice:
            remind(organisation, refusal.entry.pk)
    return _joined(request, desk, secret, is_own=is_own)


def _joined(request: TenantRequest, desk: Desk, secret: str, *, is_own: bool) -> HttpResponse:
    """To the page of the entry where the address is known to be the visitor's; else the same for every address."""
    if is_own:
        messages.success(request, _("You are on the waiting list. An email with the link to this page is on its way."))
        return redirect("public:waiting", secret)
    return redirect("public:join_requested", desk.event.slug)


@public
@require_safe
def requested(request: TenantRequest, slug: str) -> HttpResponse:
    return render(request, "public/waiting/requested.html", {"event": _desk(request, slug).event})


def _is_own(request: TenantRequest, email: str) -> bool:
    return request.user.is_authenticated and verified(request.user).filter(lower=normalised(email)).exists()


def _secret(key: str, form: JoinForm) -> tuple[str, bool]:
    """Of the entry this form makes, and whether it has made it already: sent twice, one entry comes of it."""
    contents = [form.cleaned_data[name].strip().lower() for name in ("email", "who") if name in form.cleaned_data]
    for secret in secrets_of("joining", key, contents):
        entry = WaitingEntry.objects.filter(secret=secret).first()
        if entry is None or entry.is_live:
            return secret, entry is not None
    return codes.secret(), False


def _refused(request: TenantRequest, slug: str, refusal: Refusal) -> HttpResponse:
    with scope(request.organisation):
        desk = _desk(request, slug)
        return _page(request, desk, _form(request, desk), refusal)


def _desk(request: TenantRequest, slug: str) -> Desk:
    """404 where there never was a waiting list."""
    event = visible_event(request, slug)
    waiting_list = WaitingList.objects.filter(event=event).first()
    if waiting_list is None:
        raise Http404
    return Desk(event, waiting_list, offers_of(event))


def _form(request: TenantRequest, desk: Desk) -> JoinForm:
    return JoinForm(
        request.POST if request.method == "POST" else None,
        event=desk.event,
        waiting_list=desk.waiting_list,
        attractions=[offer.attraction for offer in desk.full],
        user=request.user if request.user.is_authenticated else None,
        wanted=request.GET.get("for", ""),
    )


def _page(request: TenantRequest, desk: Desk, form: JoinForm, refusal: Refusal | None = None) -> HttpResponse:
    page: dict[str, object] = {
        "desk": desk,
        "event": desk.event,
        "waiting_list": desk.waiting_list,
        "form": form,
        "refusal": refusal,
        "is_not_full": isinstance(refusal, refusals.NotFull),
        # Such a refusal is shown only to a user logged in with that address.
        "is_theirs": isinstance(refusal, refusals.AlreadyWaiting),
        "reasons": refusal.reasons if isinstance(refusal, refusals.MayNotCome) else [],
        "secret_key": shared_pages.secret_key(),
    }
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "public/waiting/join.html", page, status=status)
