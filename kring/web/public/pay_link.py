"""Paying for somebody (P3): the buyer makes a link, and whoever has it pays the order or a part of it.

The page names the event, how many tickets of which kind, the buyer's first name and what is open: nobody's data else.
"""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core import addresses
from kring.core.names import NameField
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import PaymentOption
from kring.payments import pay_links, paying, polling
from kring.payments.beginning import Payer
from kring.payments.method import Redirect
from kring.payments.methods import method as method_called
from kring.payments.models import PayLink, Payment
from kring.payments.refusals import AlreadyPaid, PaysTooMuch
from kring.payments.sums import Sums, sums
from kring.registrations import filling
from kring.registrations.deadlines import patience_with
from kring.web.access import public
from kring.web.public.payment_choices import MethodChoice, options
from kring.web.public.payments import leave
from kring.web.public.rest_form import RestForm
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary, what


class PayForm(RestForm):
    payer_name = NameField(label=_("Your name"), max_length=200)
    payer_email = addresses.AddressField(label=_("Your email"), max_length=254)

    @property
    def payer(self) -> Payer:
        return Payer(self.cleaned_data["payer_name"], addresses.normalised(self.cleaned_data["payer_email"]))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def sharing(request: TenantRequest, secret: str) -> HttpResponse:
    """The buyer's page of the link."""
    order = order_behind(secret)
    summary = Summary(order)
    found = sums(order, order.payments.defer("settings"), summary.lines)
    if not _can_be_paid(order, summary, found):
        return redirect("public:order", secret)
    if request.method == "POST":
        (pay_links.revoke if "revoke" in request.POST else pay_links.make)(order)
        return redirect("public:pay-sharing", secret)
    link = pay_links.link_of(order)
    address = request.organisation.url + reverse("public:pay", args=[link.secret]) if link else ""
    page = {"order": order, "summary": summary, "sums": found, "address": address}
    return render(request, "public/pay_sharing.html", page)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def pay(request: TenantRequest, secret: str) -> HttpResponse:
    with scope(request.organisation):
        link = get_object_or_404(PayLink.objects.select_related("order"), secret=secret)
        order = order_behind(link.order.secret)
        summary = Summary(order)
        found = sums(order, order.payments.defer("settings"), summary.lines)
        page = _shown(order, summary, found)
        if link.revoked_at or not _can_be_paid(order, summary, found):
            return render(request, "public/pay_over.html", page, status=410)
        choices = _choices(order, summary, found)
        form = PayForm(request.POST or None, choices=choices, sums=found, currency=order.currency)
        if not form.is_valid():
            page |= {"choices": choices, "form": form}
            return render(request, "public/pay.html", page, status=422 if form.is_bound else 200)
        patience = patience_with(summary.registrations)
    site, chosen = request.organisation.url, form.chosen
    try:
        started = paying.start(
            order,
            method=chosen.method.key,
            settings=chosen.settings,
            return_url=site + reverse("public:pay-return", args=[secret]),
            notify_url=site + reverse("public:payment-notifications", args=[chosen.method.key]),
            days_to_pay=patience.days,
            latest=patience.latest,
            amount=form.chosen_amount,
            payer=form.payer,
        )
    except (AlreadyPaid, PaysTooMuch):
        # Something has come in since: the page shows what is open now.
        return redirect("public:pay", secret)
    if isinstance(started.answer, Redirect) and started.payment.is_open:
        return leave(request, started.answer.url)
    return redirect("public:pay-progress", secret, started.payment.pk)


@public
@require_safe
@behind_a_secret
def pay_return(request: TenantRequest, secret: str) -> HttpResponse:
    link = get_object_or_404(PayLink, secret=secret)
    last = Payment.objects.filter(order=link.order_id).exclude(payer_email="").order_by("-created_at", "-pk").first()
    return redirect("public:pay-progress", secret, last.pk) if last else redirect("public:pay", secret)


@public
@opens_own_scope
@require_safe
@behind_a_secret
def pay_progress(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """How to pay by a slow method, in progress, received, or why it failed. Not who pays: all have the same link."""
    with scope(request.organisation):
        link = get_object_or_404(PayLink.objects.select_related("order"), secret=secret)
        payment = get_object_or_404(Payment.objects.exclude(payer_email=""), pk=pk, order=link.order_id)
    if payment.state == Payment.State.PENDING and payment.provider_id:
        polling.ask(request.organisation.pk, payment.pk)
    with scope(request.organisation):
        payment.refresh_from_db()
        if payment.state == Payment.State.CREATED:
            raise Http404
        order = order_behind(link.order.secret)
        summary = Summary(order)
        kind = method_called(payment.method)
        page = _shown(order, summary, sums(order, order.payments.defer("settings"), summary.lines)) | {
            "payment": payment,
            "instructions": kind.instructions(payment) if payment.is_open else None,
            "link": secret,
        }
        return render(request, "public/pay_progress.html", page)


def _can_be_paid(order: Order, summary: Summary, found: Sums) -> bool:
    if not found.open or not order.buyer_email:
        return False
    if order.is_unpaid:
        return not order.is_overdue and summary.is_assigned and not filling.unfinished(order)
    return order.state == Order.State.PAID and order.is_in_instalments


def _choices(order: Order, summary: Summary, found: Sums) -> list[MethodChoice]:
    """Nothing that would keep places for longer than the buyer has them by what they began themselves; nor what the
    desk takes: it would ask for the buyer's share and for this one."""
    is_kept = not order.is_unpaid or order.payments.waiting_for_staff().filter(payer_email="").exists()
    rows = PaymentOption.objects.filter(event=summary.event).exclude(method__in=Payment.ON_SITE)
    offered = options(rows, order, found.open)
    return [each for each in offered if is_kept or not each.method.keeps_unpaid]


def _shown(order: Order, summary: Summary, found: Sums) -> dict[str, object]:
    return {
        "order": order,
        "event": summary.event,
        "tickets": Counter(what(each) for each in summary.not_cancelled).items(),
        "first_name": (order.buyer_name.split() or [""])[0],
        "sums": found,
    }
