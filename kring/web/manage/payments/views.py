"""Confirming a payment, undoing that, and keeping a surplus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.billing.models import Order
from kring.core import money
from kring.payments import by_hand, paying
from kring.payments.models import Notification, Payment
from kring.payments.reasons import why_failed
from kring.registrations.models import Registration
from kring.web.manage.pages import ask, attempt, saved, show_list
from kring.web.manage.payments.filters import NotificationFilter
from kring.web.manage.payments.forms import KeepForm, ReceiptForm
from kring.web.manage.payments.method_labels import can_undo, label_of, label_of_payment
from kring.web.manage.payments.table import NotificationTable
from kring.web.manage.rights import made_event_of_payment, may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.reason_form import ReasonForm


@dataclass(frozen=True)
class PaymentRow:
    """A payment and what this user may do with it now."""

    payment: Payment
    method: str
    can_confirm: bool
    can_undo: bool
    can_refund: bool


def with_acts(request: UserRequest, payments: Iterable[Payment]) -> list[PaymentRow]:
    ticks, refunds = may(request, "confirm_payments"), may(request, "change_orders")
    return [
        PaymentRow(
            payment,
            label_of_payment(payment),
            can_confirm=ticks and (waits_for_a_tick(payment) or may_still_arrive(payment)),
            can_undo=ticks and _is_received(payment) and can_undo(payment) and payment.left == payment.amount,
            can_refund=refunds and _is_received(payment) and payment.left > 0,
        )
        for payment in payments
    ]


def waits_for_a_tick(payment: Payment) -> bool:
    """No provider will report on it."""
    return payment.state == Payment.State.PENDING and not payment.provider_id


def may_still_arrive(payment: Payment) -> bool:
    """It failed, but a person may find the money on the account all the same (P4)."""
    return payment.is_over and payment.amount > 0


def page_of(request: UserRequest, order: Order) -> str:
    """The order's page; for users without that right, its first registration's page."""
    if may(request, "see_orders"):
        return reverse("manage:order", args=[order.number])
    first = Registration.objects.of_order(order).values_list("pk", flat=True).first()
    return reverse("manage:registration", args=[first]) if first else reverse("manage:registrations")


def tickets_go_out(order: Order) -> str:
    """The consequences of completing the order, and for how many."""
    number = Registration.objects.of_order(order).filter(line__cancelled_at=None).count()
    text = ngettext(
        "%(number)s registration is completed, and its ticket is emailed.",
        "%(number)s registrations are completed, and their tickets are emailed.",
        number,
    )
    return text % {"number": number}


@needs("confirm_payments", is_maker=made_event_of_payment)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirmation(request: UserRequest, pk: int) -> HttpResponse:
    payment = _payment(pk)
    back = page_of(request, payment.order)
    if not (waits_for_a_tick(payment) or may_still_arrive(payment) or _is_received(payment)):
        raise Http404
    form = ReceiptForm(
        request.POST if request.method == "POST" else None, currency=payment.currency, offered=_expected(payment)
    )

    def receive() -> bool:
        by_hand.receive(payment, by=request.user, **form.cleaned_data)
        return True

    if form.is_valid() and attempt(form, receive):
        _notify_of(request, payment)
        return redirect(back)
    return ask(
        request,
        title=_("Has the money arrived?"),
        consequences=[
            _("%(amount)s by “%(method)s” for order %(number)s of %(buyer)s.") % _facts(payment),
            *_what_it_counted_as(payment),
            _what_confirming_does(payment),
            _(
                "Did a different amount arrive? Enter that amount: a shortfall stays open, a surplus is kept for a "
                "refund."
            ),
        ],
        form=form,
        button=_("Yes, this has arrived"),
        back=back,
        tone="primary",
    )


@needs("confirm_payments", is_maker=made_event_of_payment)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, pk: int) -> HttpResponse:
    payment = _payment(pk)
    form, back = ReasonForm(request.POST or None), page_of(request, payment.order)

    def undo() -> bool:
        paying.undo(payment, by=request.user, reason=form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, undo):
        waits = payment.state == Payment.State.PENDING
        messages.success(
            request, _("The payment is awaited again.") if waits else _("The confirmation has been undone.")
        )
        return redirect(back)
    return ask(
        request,
        title=_("Undo the confirmation?"),
        consequences=[
            _("%(amount)s by “%(method)s” for order %(number)s of %(buyer)s.") % _facts(payment),
            _("If the order is then no longer paid, its tickets are not valid until the money arrives."),
        ],
        form=form,
        button=_("Withdraw"),
        back=back,
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def keeping(request: UserRequest, number: str) -> HttpResponse:
    """Staff keeps a part of an overpayment, with a reason; the rest is to be refunded."""
    order = get_object_or_404(Order, number=number)
    too_much, back = paying.surplus(order), page_of(request, order)
    if not too_much:
        return redirect(back)
    form = KeepForm(request.POST or None, currency=order.currency, offered=too_much)

    if saved(request, form, partial(paying.retain, order, by=request.user), _("Recorded: this amount is kept.")):
        return redirect(back)
    facts = {"amount": money.say(too_much, order.currency), "number": order}
    return ask(
        request,
        title=_("Keep money of order %(number)s?") % facts,
        consequences=[
            _("%(amount)s more than due was received.") % facts,
            _("What you keep is no longer marked for refund; the buyer sees this on the page of the order."),
        ],
        form=form,
        button=_("Keep it"),
        back=back,
        tone="primary",
    )


def _payment(pk: int) -> Payment:
    return get_object_or_404(Payment.objects.select_related("order"), pk=pk)


def _is_received(payment: Payment) -> bool:
    return payment.state == Payment.State.PAID


def _expected(payment: Payment) -> Decimal:
    """The open amount, as far as this attempt is for it."""
    left = paying.left_of(payment.order)
    return min(payment.amount, left) if left > 0 and payment.is_open else payment.amount


def _facts(payment: Payment) -> dict[str, str]:
    return {
        "amount": money.say(payment.amount, payment.currency),
        "method": label_of(payment.method),
        "number": payment.order.number,
        "buyer": payment.order.buyer_name,
    }


def _what_it_counted_as(payment: Payment) -> list[str]:
    if payment.state == Payment.State.FAILED:
        return [_("Until now it counts as failed: %(reason)s") % {"reason": why_failed(payment) or "—"}]
    if payment.state == Payment.State.CANCELLED:
        return [_("So far it is not expected any more.")]
    return []


def _what_confirming_does(payment: Payment) -> str:
    """If all of it came."""
    order, kept = payment.order, payment.order.payments.kept()
    if kept + payment.amount > order.total:
        return _("The order is already paid: this is a surplus, to be refunded.")
    if kept + payment.amount < order.total:
        return _("The order costs more than that: it is completed when the rest is there.")
    match order.state:
        case Order.State.PAID:
            return _("The tickets were already sent; only the payment is recorded.")
        case Order.State.EXPIRED:
            return _("The order had expired: the tickets are sent if there are places left; otherwise you decide.")
        case Order.State.CANCELLED:
            return _("The order was cancelled: only the payment is recorded, and you decide what happens next.")
    return tickets_go_out(order)


def _notify_of(request: UserRequest, payment: Payment) -> None:
    payment.order.refresh_from_db()
    if payment.order.state == Order.State.UNDECIDED:
        messages.warning(request, _("The payment is recorded, but the places are gone: decide what happens next."))
    elif too_much := paying.surplus(payment.order):
        text = _("The payment is recorded. %(amount)s is too much: refund it, or keep it with a reason.")
        messages.warning(request, text % {"amount": money.say(too_much, payment.currency)})
    elif payment.order.is_unpaid:
        left = paying.left_of(payment.order)
        text = _("The payment is recorded. %(amount)s is still open, and the buyer has been notified.")
        messages.warning(request, text % {"amount": money.say(left, payment.currency)})
    else:
        messages.success(request, _("The payment is recorded."))


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def notifications(request: UserRequest) -> HttpResponse:
    """What providers sent, also about unknown orders."""
    rows = Notification.objects.select_related("payment__order").defer("body", "payment__settings")
    return show_list(request, "manage/payments/notifications.html", rows, NotificationTable, NotificationFilter)
