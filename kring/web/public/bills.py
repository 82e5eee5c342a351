"""The bill of a payer's contributions, behind its secret link: what it is for, and paying it, all or a part (C2)."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest
from kring.billing import instalments
from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.core import dates, money
from kring.core.tenancy import opens_own_scope, scope
from kring.dues import bills, own, parts
from kring.dues.bills import Bill
from kring.dues.models import DuesPaymentOption
from kring.payments import polling
from kring.payments.method import UNDER_WAY
from kring.payments.methods import method as method_called
from kring.payments.models import Payment
from kring.payments.refusals import PaysTooMuch
from kring.payments.sums import Sums
from kring.registrations.deadlines import PaymentPeriod
from kring.web.access import public
from kring.web.downloads import document
from kring.web.public.payment_choices import MethodChoice, credit_for, means_for, options
from kring.web.public.payments import begin
from kring.web.public.rest_form import RestForm
from kring.web.public.secret_links import behind_a_secret


class BillForm(RestForm):
    """`plan`: the parts in which it may be paid from now on."""

    PLAN = "plan"

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        choices: list[MethodChoice],
        sums: Sums,
        currency: str,
        plan: list[Part],
    ) -> None:
        super().__init__(data, choices=choices, sums=sums, currency=currency)
        self.plan = plan
        how_much = self.fields["how_much"]
        assert isinstance(how_much, forms.ChoiceField)
        if plan:
            how_much.choices = [
                (self.ALL, _("All that is open")),
                (self.PLAN, self._plan_in_words(plan)),
                (self.OTHER, _("Another amount")),
            ]

    def _plan_in_words(self, plan: list[Part]) -> str:
        text = ngettext("In %(number)s part, the first now", "In %(number)s parts, the first now", len(plan))
        return text % {"number": len(plan)}

    @property
    def chosen_amount(self) -> Decimal:
        if self.cleaned_data["how_much"] == self.PLAN:
            return self.plan[0].amount
        return super().chosen_amount

    @property
    def chooses_plan(self) -> bool:
        return bool(self.cleaned_data.get("how_much") == self.PLAN)


def order_of_dues(secret: str) -> Order:
    return get_object_or_404(Order.objects.filter(is_of_dues=True).select_related("organisation"), secret=secret)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def bill(request: TenantRequest, secret: str) -> HttpResponse:
    with scope(request.organisation):
        order = order_of_dues(secret)
        found = bills.bill_of(order)
        can_pay = order.is_unpaid and found.open > 0
        plan = parts.offered(order) if can_pay and not order.is_in_instalments else []
        choices = _choices(request, order, found.open) if can_pay else []
        data = request.POST if request.method == "POST" and choices else None
        form = BillForm(data, choices=choices, sums=found.sums, currency=order.currency, plan=plan)
        if not form.is_valid():
            return _page(request, found, form, choices, plan)
        if form.chooses_plan:
            instalments.choose(order, plan)
    try:
        amount, seen = form.amount_by(form.chosen), form.cleaned_data["seen"]
        return begin(request, order, form.chosen, PaymentPeriod(), amount, seen)
    except PaysTooMuch:
        # More has come in since: the page shows what is open now.
        return redirect("public:bill", secret)


def _choices(request: TenantRequest, order: Order, left: Decimal) -> list[MethodChoice]:
    user = request.user if request.user.is_authenticated else None
    saved = means_for(order, user, left, PaymentPeriod())
    return credit_for(order, user, left) + saved + options(DuesPaymentOption.objects.all(), order, left)


def _page(
    request: TenantRequest, found: Bill, form: BillForm, choices: list[MethodChoice], plan: list[Part]
) -> HttpResponse:
    currency = found.order.currency
    steps = {
        each.line_id: [(step.text, money.say(step.amount, currency)) for step in each.applied]
        for each in found.contributions
        if len(each.applied) > 1
    }
    page = {
        "order": found.order,
        "bill": found,
        "lines": [(line, steps.get(line.pk, [])) for line in found.lines if line.cancelled_at is None],
        "sums": found.sums,
        "form": form,
        "choices": choices,
        "plan": plan,
        "is_under_way": any(each.pending for each in found.contributions),
    }
    return render(request, "public/bill/bill.html", page, status=422 if form.is_bound else 200)


@public
@require_safe
@behind_a_secret
def bill_document(request: TenantRequest, secret: str) -> HttpResponse:
    order = order_of_dues(secret)
    with dates.written_for(order.language, order.organisation.zone):
        name = bills.bill_filename(order)
    is_theirs = request.user.is_authenticated and own.pays(request.user, order)
    return document(bills.bill_pdf(order, with_address=is_theirs), name=name)


@public
@opens_own_scope
@require_safe
@behind_a_secret
def bill_payment(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """How to pay by a slow method, in progress, or why it failed; then back to the bill."""
    with scope(request.organisation):
        payment = get_object_or_404(Payment, pk=pk, order=order_of_dues(secret))
    if payment.state == Payment.State.PENDING and payment.provider_id:
        polling.ask(request.organisation.pk, payment.pk)
    with scope(request.organisation):
        order = order_of_dues(secret)
        payment.refresh_from_db()
        kind = method_called(payment.method)
        if payment.state in (Payment.State.CREATED, Payment.State.CANCELLED, Payment.State.PAID):
            return redirect("public:bill", secret)
        page = {
            "order": order,
            "payment": payment,
            "instructions": kind.instructions(payment) if payment.is_open else None,
            "is_under_way": payment.provider_data.get("progress") == UNDER_WAY,
            "provider_url": payment.provider_data.get("url", "") if payment.is_open else "",
        }
        return render(request, "public/bill/payment.html", page)
