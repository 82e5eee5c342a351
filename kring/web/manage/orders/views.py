"""Orders and decisions about them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.billing import settling
from kring.billing.invoicing import asking
from kring.billing.models import Invoice, Order
from kring.core import money
from kring.payments.models import Notification
from kring.payments.sums import sums
from kring.registrations import deciding, eligibility_after_payment, gifts, pricing
from kring.registrations.documents import order_filename, tickets_of
from kring.registrations.models import Registration
from kring.waiting import paid_late
from kring.web.correcting import asks_registries_first
from kring.web.correcting_buyers import BuyerForm
from kring.web.manage.audit.history import entries_about_order
from kring.web.manage.mail import messages_about
from kring.web.manage.orders.filters import OrderFilter
from kring.web.manage.orders.forms import DecisionForm
from kring.web.manage.orders.table import OrderTable
from kring.web.manage.pages import ask, attempt, show, show_list
from kring.web.manage.payments.views import page_of, tickets_go_out, with_acts
from kring.web.manage.rights import made_event_of_order, may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import one_save_at_a_time
from kring.web.manage.shared.reason_form import ReasonForm
from kring.web.public.orders import all_tickets


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    # Those of dues have a list of their own; what is to be decided about money is decided here, whatever it was for.
    is_about_money = request.GET.get("needs") in ("refund", "decision")
    shown = Order.objects.all() if is_about_money else Order.objects.filter(is_of_dues=False)
    rows = shown.annotate(**OrderTable.needed())
    return show_list(request, "manage/orders/list.html", rows, OrderTable, OrderFilter)


@needs("see_orders")
@require_safe
@never_cache
def order(request: UserRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order.objects.select_related("buyer"), number=number)
    payments, lines = (
        list(found.payments.with_what_a_list_shows().prefetch_related("refunds", "disputes", "entries")),
        list(found.lines.all()),
    )
    registrations = Registration.objects.of_order(found).select_related("line", "event", "attraction", "ticket_type")
    return show(
        request,
        "manage/orders/detail.html",
        order=found,
        can_be_cancelled=found.state not in (Order.State.CANCELLED, Order.State.EXPIRED),
        registrations=registrations,
        has_tickets=any(each.state == Registration.State.COMPLETED for each in registrations),
        payments=with_acts(request, payments),
        notifications=Notification.objects.filter(payment__order=found).order_by("-received_at").defer("body"),
        sums=sums(found, payments, lines),
        gift=next((line for line in lines if line.kind == gifts.KIND), None),
        invoices=(invoices := _invoices(request, found)),
        is_invoiced=bool(invoices) and asking.is_invoiced(found),
        mails=messages_about.about_order(found),
        history=entries_about_order(found),
    )


def _invoices(request: UserRequest, order: Order) -> list[Invoice]:
    """No statement where nobody asked for one."""
    if order.invoice_requested_at is None or not may(request, "see_invoices"):
        return []
    return list(order.invoices.defer("contents").order_by("position"))


@needs("change_registrations", is_maker=made_event_of_order)
@require_safe
@never_cache
def tickets(request: UserRequest, number: str) -> HttpResponse:
    """All of them in one document, as the buyer gets it."""
    found = get_object_or_404(Order, number=number)
    return all_tickets(tickets_of(found), name=order_filename(found, found.language), language=found.language)


@asks_registries_first
@needs("correct_buyers", is_maker=made_event_of_order)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def buyer(request: UserRequest, number: str, is_consulted: bool) -> HttpResponse:
    found = get_object_or_404(Order.objects.exclude(buyer_email=""), number=number)
    form, back = BuyerForm(request, found), page_of(request, found)
    is_right = form.is_valid() and not form.is_clash
    if is_right and form.keep(by_staff=True, by=request.user, is_consulted=is_consulted):
        messages.success(request, form.done)
        return redirect(back)
    status = 422 if form.is_bound else 200
    return show(request, "manage/orders/buyer.html", status=status, order=found, form=form, back=back)


@needs("confirm_payments", is_maker=made_event_of_order)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def completion(request: UserRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order, number=number)
    form, back = ReasonForm(request.POST or None), page_of(request, found)

    def act() -> Order:
        return deciding.complete_by_hand(found, reason=form.cleaned_data["reason"])

    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, _("The order is completed and the tickets are on their way."))
        return redirect(back)
    return ask(
        request,
        title=_("Complete order %(number)s without payment?") % {"number": found},
        consequences=[
            tickets_go_out(found),
            _("This does not record a payment: confirm payments at the payment itself."),
        ],
        form=form,
        button=_("Complete order"),
        back=back,
        tone="primary",
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancellation(request: UserRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order, number=number)
    form, back = ReasonForm(request.POST or None), page_of(request, found)

    def act() -> Order:
        return settling.cancel(found, reason=form.cleaned_data["reason"])

    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, _("The order has been cancelled and its places are free."))
        return redirect(back)
    live = Registration.objects.of_order(found).live().count()
    text = ngettext(
        "%(standing)s registration is cancelled; its ticket is no longer valid.",
        "%(standing)s registrations are cancelled; their tickets are no longer valid.",
        live,
    )
    return ask(
        request,
        title=_("Cancel order %(number)s?") % {"number": found},
        consequences=[
            text % {"standing": live},
            _("The attendees and the buyer get an email with the reason, even if nothing was paid yet."),
            _("This does not refund any money: record a refund at the payment."),
        ],
        form=form,
        button=_("Cancel order"),
        back=back,
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decision(request: UserRequest, number: str) -> HttpResponse:
    """Paid too late (P4): places if there are any, or a refund."""
    found = get_object_or_404(Order, number=number)
    back = page_of(request, found)
    if found.state != Order.State.UNDECIDED:
        return redirect(back)
    form = DecisionForm(request.POST or None, can_wait=paid_late.attraction_of(found) is not None)
    if form.is_valid() and attempt(form, lambda: _decide(request, found, form)) is not None:
        messages.success(request, form.done)
        return redirect(back)
    rows = Registration.objects.of_order(found).select_related(
        "event", "attraction__pool", "ticket_type", "line__order"
    )
    registrations = list(rows.prefetch_related("attraction__ticket_types__pool"))
    return show(
        request,
        "manage/orders/decision.html",
        status=422 if form.is_bound else 200,
        order=found,
        form=form,
        back=back,
        kept=money.say(found.payments.kept(), found.currency),
        verdicts=eligibility_after_payment.verdicts_of(found),
        changes=pricing.as_of_now([each for each in registrations if each.line.cancelled_at is None]),
        registrations=registrations,
    )


def _decide(request: UserRequest, order: Order, form: DecisionForm) -> Order:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["choice"] == DecisionForm.GIVE_PLACES:
        return deciding.give_places(order, reason=reason)
    if form.cleaned_data["choice"] == DecisionForm.WAIT:
        paid_late.put_on_list(order, by=request.user, reason=reason)
        return order
    return deciding.give_back(order, reason=reason, by=request.user)
