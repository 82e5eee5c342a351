"""Selling: open a shift, choose the event, sell, print; undo what was a mistake (D4)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.billing.models import Order
from kring.box_office import kinds, refusals, selling, shifts
from kring.box_office.documents import sale_filename, sale_pdf
from kring.box_office.models import Shift, Taking, TakingQuerySet
from kring.core import codes
from kring.core.integrity_errors import violated_constraint
from kring.events.models import Event
from kring.registrations.models import Registration
from kring.registrations.refusals import NoPlacesLeft
from kring.web.downloads import document
from kring.web.manage.box_office.forms import OpeningForm, SaleForm, UndoingForm
from kring.web.manage.box_office.shift_views import shifts_of
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.public.idempotency import secrets_of

SENT_BEFORE = "order_secret_is_unique"


def takings_of(request: UserRequest) -> TakingQuerySet:
    rows: TakingQuerySet = Taking.objects.filter(shift__in=shifts_of(request)).with_what_a_list_shows()
    return rows.select_related("kind", "shift", "payment__order", "organisation")


@needs("sell_tickets")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """Without a shift, opening one; in a shift what can be sold, and what was sold last."""
    shift = shifts.open_shift_of(request.user)
    form = OpeningForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: shifts.open_shift(request.user, **form.cleaned_data)) is not None:
        messages.success(request, _("Your shift is open."))
        return redirect("manage:box_office")
    if shift is None:
        return show(request, "manage/box_office/opening.html", status=422 if form.is_bound else 200, form=form)
    return show(
        request,
        "manage/box_office/desk.html",
        shift=shift,
        events=selling.events_to_sell()[:20],
        takings=takings_of(request).filter(shift=shift)[:10],
    )


@needs("sell_tickets")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def event(request: UserRequest, event_pk: int) -> HttpResponse:
    found = get_object_or_404(selling.events_to_sell().select_related("pool"), pk=event_pk)
    shift = shifts.open_shift_of(request.user)
    if shift is None:
        messages.error(request, str(refusals.ShiftClosed()))
        return redirect("manage:box_office")
    types = selling.types_to_sell(found)
    known = selling.professions_to_sell_to(found)
    prices = {key: selling.list_prices(found, types, profession=key) for key in ["", *(key for key, _name in known)]}
    form = SaleForm(
        request.POST or None,
        types=types,
        prices={key: {pk: listed.price for pk, listed in of_it.items()} for key, of_it in prices.items()},
        professions=known,
        kinds=kinds.offered(),
        currency=shift.currency,
        language=request.organisation.language,
    )
    if form.is_valid() and (taking := _sold(request, shift, found, form)):
        return redirect("manage:box_office_sale", taking.pk)
    return show(
        request,
        "manage/box_office/event.html",
        status=422 if form.is_bound else 200,
        selling=found,
        shift=shift,
        form=form,
        # Asked for once places are lacking, and then kept.
        lacks_places=form.lacks_places or "more_places" in request.POST,
        back=reverse("manage:box_office"),
    )


def _sold(request: UserRequest, shift: Shift, event: Event, form: SaleForm) -> Taking | None:
    """None: it was refused, and the form says why. The same form sent twice sells once: its key makes the secret of
    the order, and the second gets to the first one's sale."""
    sale = form.sale()
    secret = next(secrets_of("box office", form.cleaned_data["key"], shift.pk), codes.secret())

    def sell() -> Taking:
        try:
            return selling.sell(shift, event, sale, by=request.user, secret=secret)
        except NoPlacesLeft:
            form.lacks_places = True
            raise

    try:
        with transaction.atomic():
            return attempt(form, sell)
    except IntegrityError as problem:
        if violated_constraint(problem) != SENT_BEFORE:
            raise
    found: Taking | None = Taking.objects.filter(shift=shift, payment__order__secret=secret).first()
    return found


@needs("sell_tickets")
@require_safe
@never_cache
def sale(request: UserRequest, pk: int) -> HttpResponse:
    taking = get_object_or_404(takings_of(request), pk=pk)
    order = taking.payment.order
    return show(
        request,
        "manage/box_office/sale.html",
        taking=taking,
        order=order,
        lines=order.lines.all(),
        event=None,
        selling=Event.objects.filter(registrations__line__order=order).first(),
        is_mine=taking.shift.is_open and taking.shift.seller_id == request.user.pk,
        is_sale=taking.is_sale,
        other_papers=[each for each in Shift.Paper if each != taking.shift.paper],
    )


@needs("sell_tickets")
@require_safe
@never_cache
def paper(request: UserRequest, pk: int, paper: str) -> HttpResponse:
    """Tickets and receipt on this paper; `?only=receipt`, `?only=tickets`; `?line=`: one ticket alone, once more."""
    if paper not in Shift.Paper:
        raise Http404
    taking, only = get_object_or_404(takings_of(request), pk=pk), request.GET.get("only")
    line = _line(taking, request.GET.get("line", ""))
    with_receipt = only != "tickets" and line is None
    content = sale_pdf(taking, paper=paper, with_tickets=only != "receipt", with_receipt=with_receipt, line=line)
    return document(content, name=sale_filename(taking), inline=True)


def _line(taking: Taking, text: str) -> int | None:
    """A ticket of this sale that is valid; 404 for any other."""
    if not text:
        return None
    valid = Registration.objects.of_order(taking.payment.order).filter(state=Registration.State.COMPLETED)
    if not text.isascii() or not text.isdigit() or len(text) > 18 or not valid.filter(line=int(text)).exists():
        raise Http404
    return int(text)


@needs("sell_tickets")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, pk: int) -> HttpResponse:
    taking = get_object_or_404(takings_of(request), pk=pk)
    order, back = taking.payment.order, reverse("manage:box_office_sale", args=[pk])
    left = [] if order.state in Order.OVER else [line for line in order.lines.all() if line.cancelled_at is None]
    form = UndoingForm(request.POST or None, order=order, lines=left)
    if form.is_valid() and attempt(form, _undo(request, taking, form)):
        number = len(form.cleaned_data["lines"])
        done = ngettext("%(number)s ticket has been taken back.", "%(number)s tickets have been taken back.", number)
        messages.success(request, done % {"number": number})
        return redirect(back)
    return ask(
        request,
        title=_("Take tickets of order %(number)s back?") % {"number": order.number},
        consequences=[
            _("They are no longer valid at the door, and their places are free."),
            _("Give the money back in the way it was paid: %(kind)s.") % {"kind": taking.kind},
        ],
        form=form,
        button=_("Take back"),
        back=back,
    )


def _undo(request: UserRequest, taking: Taking, form: UndoingForm) -> Callable[[], bool]:
    def undo() -> bool:
        selling.undo(taking, form.cleaned_data["lines"], reason=form.cleaned_data["reason"], by=request.user)
        return True

    return undo
