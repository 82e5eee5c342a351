"""Refunds: asked for, followed, taken back; and disputes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates, money
from kring.payments import credits, paying, refunding, transfer_files
from kring.payments.models import Dispute, Payment, Refund, TransferFile
from kring.web.manage.pages import ask, attempt, attempted, show, show_list
from kring.web.manage.payments.method_labels import label_of
from kring.web.manage.payments.views import page_of
from kring.web.manage.refunds.filters import DisputeFilter, RefundFilter
from kring.web.manage.refunds.forms import RefundForm
from kring.web.manage.refunds.proposing import proposal
from kring.web.manage.refunds.table import DisputeTable, RefundTable
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.reason_form import ReasonForm


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = Refund.objects.select_related("payment__order").defer("payment__settings")
    open_disputes = Dispute.objects.open().count()
    return show_list(
        request,
        "manage/refunds/list.html",
        rows,
        RefundTable,
        RefundFilter,
        number_of_disputes=open_disputes,
        number_for_a_file=Refund.objects.ready_for_a_file().count(),
    )


@needs("see_orders")
@list_tools
@require_safe
@never_cache
def disputes(request: UserRequest) -> HttpResponse:
    rows = Dispute.objects.select_related("payment__order").defer("payment__settings")
    return show_list(request, "manage/refunds/disputes.html", rows, DisputeTable, DisputeFilter)


@needs("see_orders")
@require_safe
@never_cache
def refund(request: UserRequest, pk: int) -> HttpResponse:
    found = _refund(pk)
    return show(
        request,
        "manage/refunds/detail.html",
        refund=found,
        payment=found.payment,
        order=found.payment.order,
        method=label_of(found.payment.method),
        can_take_back=refunding.can_take_back(found),
        can_be_returned=transfer_files.can_be_returned(found),
        file=TransferFile.objects.filter(items__refund=found, items__is_live=True).defer("contents").first(),
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_payment(request: UserRequest, pk: int) -> HttpResponse:
    payment = get_object_or_404(Payment.objects.select_related("order"), pk=pk)
    proposed = proposal(payment)
    form = RefundForm(request.POST or None, payment=payment, offered=proposed.amount)
    back = page_of(request, payment.order)

    def give_back() -> Refund:
        return refunding.refund(payment, by=request.user, **form.cleaned_data)

    if form.is_valid() and (made := attempt(form, give_back, {paying.refusals.RefundTooLarge: "amount"})) is not None:
        messages.success(request, _text_of(made))
        return redirect(back)
    form.look_again(max(payment.left, Decimal(0)))
    return ask(
        request,
        title=_("Refund"),
        consequences=[
            _("%(amount)s by “%(method)s” for order %(number)s of %(buyer)s.") % _facts(payment),
            *filter(None, [proposed.why, _of_a_debit(payment)]),
            _("The registrations stay as they are: cancel them apart, if that is meant."),
            _("%(buyer)s gets an email about it.") % {"buyer": payment.paid_by[0]},
        ],
        form=form,
        button=_("Refund"),
        back=back,
        tone="primary",
    )


def _of_a_debit(payment: Payment) -> str:
    """The payer's bank gives back a direct debit within 8 weeks, whatever we have refunded."""
    if payment.method != "direct_debit" or payment.settled_at is None:
        return ""
    last = timezone.localdate(payment.settled_at) + timedelta(weeks=8)
    if last < timezone.localdate():
        return ""
    text = _("Until %(day)s the payer can also have it back from their bank: then it goes back twice. You may wait.")
    return text % {"day": dates.day(last)}


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def taking_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _refund(pk)
    if not refunding.can_take_back(found):
        raise Http404
    form = ReasonForm(request.POST or None)
    reason = form.is_valid() and form.cleaned_data["reason"]
    if reason and attempted(form, lambda: refunding.take_back(found, reason=reason, by=request.user)):
        messages.success(request, _("The refund is taken back."))
        return redirect("manage:refund", found.pk)
    return ask(
        request,
        title=_("Take the refund back?"),
        consequences=[
            *_after(found),
            *_if_stuck(found),
        ],
        form=form,
        button=_("Take back"),
        back=f"../../{found.pk}/",
    )


def _text_of(made: Refund) -> str:
    if made.how == Refund.How.PROVIDER:
        return _("The provider is asked for the refund.")
    if made.how == Refund.How.BANK_FILE:
        known, wanted = (
            _("It is ready for a bank file, under “Refunds”."),
            _("The payer is asked for the account by email."),
        )
        return known if made.payee and made.payee.account else wanted
    return _("The refund has been recorded.")


def _after(refund: Refund) -> list[str]:
    facts = _facts(refund.payment) | {"sum": money.say(refund.amount, refund.currency)}
    if account := credits.paid_out_of(refund):
        text = _("Only for what was not paid out: %(sum)s is credit again, and %(email)s gets an email.")
        return [text % {**facts, "email": account.email}]
    return [
        _("%(sum)s of order %(number)s counts as received again.") % facts,
        _("Only for a refund that was not made: no money moves, and nobody is notified."),
    ]


def _if_stuck(refund: Refund) -> list[str]:
    if not refund.is_stuck:
        return []
    return [_("Look at the provider's site first. If it makes the refund all the same, it counts, and you are told.")]


@needs("change_orders")
@require_POST
def seen(request: UserRequest, pk: int) -> HttpResponse:
    found = _refund(pk)
    if found.needs_staff and found.is_unsuccessful:
        refunding.mark_seen(found, by=request.user)
        messages.success(request, _("It is not among the tasks any more."))
    return redirect("manage:refund", found.pk)


def _refund(pk: int) -> Refund:
    return get_object_or_404(Refund.objects.with_what_a_list_shows(), pk=pk)


def _facts(payment: Payment) -> dict[str, str]:
    return {
        "amount": money.say(payment.amount, payment.currency),
        "method": label_of(payment.method),
        "number": payment.order.number,
        "buyer": payment.order.buyer_name,
    }
