"""The third step of an order: its payment, and the outcome."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from kring.accounts.requests import TenantRequest
from kring.billing import instalments
from kring.billing.models import Order
from kring.core.tenancy import opens_own_scope, scope
from kring.payments import beginning, charging, paying, polling
from kring.payments.beginning import BUYER, Payer
from kring.payments.method import UNDER_WAY, Done, ProviderUnavailable, Redirect
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, SavedMeans
from kring.payments.refusals import AlreadyPaid, NotEnoughCredit, PaysTooMuch
from kring.payments.sums import sums
from kring.registrations import confirming, filling, instalment_offers
from kring.registrations.deadlines import PaymentPeriod, patience_with
from kring.web.access import public
from kring.web.public.invoices import card_of
from kring.web.public.payment_choices import ChoiceForm, MethodChoice, choices_for
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.steps import PAY, line_of_steps
from kring.web.public.summary import Summary


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def payment(request: TenantRequest, secret: str) -> HttpResponse:
    """Choose how to pay; POST begins. The provider is called between two transactions."""
    with scope(request.organisation):
        order = order_behind(secret)
        summary = Summary(order)
        if elsewhere := _not_to_be_paid_now(order, summary):
            return redirect(elsewhere, secret)
        if missing := filling.unfinished(order):
            return redirect("public:data", secret, missing[0].line.position)
        user = request.user if request.user.is_authenticated else None
        choices = choices_for(order, summary, user)
        parts = instalment_offers.offered(order, summary.not_cancelled) if order.total else []
        form = ChoiceForm(request.POST or None, choices=choices, parts=parts, is_chosen=order.is_in_instalments)
        if form.is_valid() and (form.chosen_parts or order.is_in_instalments):
            instalments.choose(order, form.chosen_parts)
        if form.is_valid() and form.chosen.must_confirm and _wants_confirmation(order, form):
            return redirect("public:order", secret)
        if not form.is_valid():
            return _choice_page(request, order, summary, choices, form)
        patience = patience_with(summary.registrations)
        most = form.chosen.most
        # Of one in instalments that is the deposit, if it was chosen.
        amount = None if most is None else min(most, beginning.completes(order_behind(secret)))
    return begin(request, order, form.chosen, patience, amount)


def _wants_confirmation(order: Order, form: ChoiceForm) -> bool:
    """Send the buyer the link that confirms their address; False: refused, with the reason in the form."""
    try:
        with transaction.atomic():
            confirming.ask(order, form.chosen.method.key)
    except confirming.SentJustNow:
        return True
    except confirming.SentTooOften as refusal:
        form.add_error("method", str(refusal))
    return form.is_valid()


def _not_to_be_paid_now(order: Order, summary: Summary) -> str:
    """The page this order belongs on instead; "" when it can be paid."""
    if order.state == Order.State.PAID and order.is_in_instalments:
        return "public:rest"
    if not order.is_unpaid or order.is_overdue:
        return "public:order"
    if order.state == Order.State.AWAITING_PAYMENT and order.payments.open().exclude(means=None).exists():
        # It is being debited: nothing is paid twice.
        return "public:payment-return"
    return "" if summary.is_assigned and order.buyer_email else "public:attendees"


def _choice_page(
    request: TenantRequest, order: Order, summary: Summary, choices: list[MethodChoice], form: ChoiceForm
) -> HttpResponse:
    page = {
        "order": order,
        "summary": summary,
        "choices": choices,
        "has_ways": any(choice.method.has_ways for choice in choices),
        "invoice_card": card_of(order),
        "form": form,
        "sums": sums(order, order.payments.defer("settings"), summary.lines),
        **line_of_steps(summary, PAY),
    }
    return render(request, "public/payment.html", page, status=422 if form.is_bound else 200)


def begin(
    request: TenantRequest,
    order: Order,
    chosen: MethodChoice,
    patience: PaymentPeriod,
    amount: Decimal | None = None,
    seen: Decimal | None = None,
) -> HttpResponse:
    """To be called outside any scope: a provider may be queried. `amount`: of what is open; None: what completes it.
    `seen`: what was open on the page."""
    if chosen.means:
        return _debit(request, order, chosen.means, patience, amount)
    site = request.organisation.url
    try:
        started = paying.start(
            order,
            method=chosen.method.key,
            settings=chosen.settings,
            return_url=site + reverse("public:payment-return", args=[order.secret]),
            notify_url=site + reverse("public:payment-notifications", args=[chosen.method.key]),
            days_to_pay=patience.days,
            latest=patience.latest,
            amount=amount,
            payer=_payer(request, order, chosen),
            seen=seen if chosen.credit else None,
        )
    except AlreadyPaid:
        # The second click of two: the first one was effective.
        return redirect("public:order", order.secret)
    except (NotEnoughCredit, PaysTooMuch) as refusal:
        if chosen.most is None:
            raise
        # Spent meanwhile, in another tab: the page shows what is left.
        messages.error(request, str(refusal))
        return redirect("public:payment", order.secret)
    if isinstance(started.answer, Done):
        # Of what was paid in part the rest is paid next; a complete order leads on to its page.
        return redirect("public:payment" if chosen.most else "public:order", order.secret)
    if isinstance(started.answer, Redirect) and started.payment.is_open:
        return leave(request, started.answer.url)
    return redirect("public:payment-progress", order.secret, started.payment.pk)


def _debit(
    request: TenantRequest, order: Order, means: SavedMeans, patience: PaymentPeriod, amount: Decimal | None
) -> HttpResponse:
    """Of the payer's saved account; it is sent at once, or by a job where the provider does not answer."""
    try:
        with scope(request.organisation):
            payment = charging.begin(order, means, amount=amount, days_to_pay=patience.days, latest=patience.latest)
    except AlreadyPaid:
        return redirect("public:order", order.secret)
    polling.ask(request.organisation.pk, payment.pk)
    return redirect("public:payment-progress", order.secret, payment.pk)


def _payer(request: TenantRequest, order: Order, chosen: MethodChoice) -> Payer:
    """Whoever pays for the buyer with credit of their own is who hears of it, and gets it back."""
    email = chosen.credit.email if chosen.credit else ""
    return BUYER if email in ("", order.buyer_email) else Payer(str(request.user), email)


def leave(request: TenantRequest, url: str) -> HttpResponse:
    """To the provider's page. Our security policy lets no form lead to another site, not even by a redirect: a page of
    ours does, at once."""
    if url.startswith(f"{request.organisation.url}/"):
        return HttpResponseRedirect(url)
    if urlsplit(url).scheme not in ("https", "http"):
        raise ProviderUnavailable
    return render(request, "public/payment_leaving.html", {"url": url})


@public
@require_safe
@behind_a_secret
def payment_return(request: TenantRequest, secret: str) -> HttpResponse:
    """The address providers send the payer back to: shows the latest attempt."""
    order = order_behind(secret)
    last = Payment.objects.filter(order=order).order_by("-created_at", "-pk").first()
    return redirect("public:payment-progress", secret, last.pk) if last else redirect("public:payment", secret)


@public
@opens_own_scope
@require_safe
@behind_a_secret
def payment_progress(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Instructions, or "in progress", which reloads by itself; then on to the order, or why it failed."""
    with scope(request.organisation):
        payment = get_object_or_404(Payment, pk=pk, order=order_behind(secret))
    # The payer is looking at this page, so query the provider at once instead of in its turn.
    if payment.state == Payment.State.PENDING and payment.provider_id:
        polling.ask(request.organisation.pk, payment.pk)
    with scope(request.organisation):
        order = order_behind(secret)
        payment.refresh_from_db()
        if elsewhere := _over(order, payment):
            return _go(request, elsewhere, secret)
        if request.htmx and payment.is_open:
            # Nothing new: the page stays as it is, and so does whatever has the focus.
            return HttpResponse(status=204)
        return render(request, "public/payment_progress.html", _shown(order, payment))


def _over(order: Order, payment: Payment) -> str:
    """The page where it continues; "" while this one has something to show."""
    if order.state == Order.State.PAID and order.is_in_instalments:
        # The next of its instalments.
        if payment.is_open or payment.state == Payment.State.FAILED:
            return ""
        return "public:rest" if payment.is_over else "public:order"
    if not order.is_unpaid or order.is_overdue:
        return "public:order"
    is_not_begun = payment.state == Payment.State.CREATED and not payment.means_id
    return "public:payment" if is_not_begun or payment.state == Payment.State.CANCELLED else ""


def _shown(order: Order, payment: Payment) -> dict[str, object]:
    kind, summary = method_called(payment.method), Summary(order)
    return {
        "order": order,
        "summary": summary,
        "payment": payment,
        "sums": sums(order, order.payments.defer("settings"), summary.lines),
        "method": kind,
        "instructions": kind.instructions(payment) if payment.is_open else None,
        "is_under_way": payment.provider_data.get("progress") == UNDER_WAY,
        "provider_url": payment.provider_data.get("url", "") if payment.is_open else "",
        **line_of_steps(summary, PAY),
    }


def _go(request: TenantRequest, name: str, secret: str) -> HttpResponse:
    address = reverse(name, args=[secret])
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
