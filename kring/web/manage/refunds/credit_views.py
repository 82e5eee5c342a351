"""Credit that people have with the organisation: who has how much, how it came about, and paying it out (R6)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import money
from kring.payments import paying_out
from kring.payments.models import CreditAccount
from kring.web.manage.pages import ask, attempted, show
from kring.web.manage.refunds.forms import WayForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator

PER_PAGE = 50


@needs("see_orders")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = CreditAccount.objects.order_by("-balance", "email")
    owed = rows.order_by("currency").values("currency").annotate(balance=Sum("balance"))
    page = ForgivingPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "manage/refunds/credit_list.html", page=page, owed=owed)


@needs("see_orders")
@require_safe
@never_cache
def credit(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CreditAccount, pk=pk)
    rows = found.entries.select_related("refund__payment__order", "payment__order", "created_by")
    page = ForgivingPaginator(rows.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "manage/refunds/credit.html", account=found, page=page)


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def paying_it_out(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CreditAccount, pk=pk)
    form = WayForm(
        request.POST or None,
        ways=paying_out.WAYS,
        payer=found.email,
        currency=found.currency,
        offered=found.balance,
        left=found.balance,
    )

    def pay_out() -> None:
        given = {**form.cleaned_data}
        paying_out.pay_out(found, to=given.pop("account"), by=request.user, **given)

    if form.is_valid() and attempted(form, pay_out):
        messages.success(request, _("Noted: %(email)s gets an email.") % {"email": found.email})
        return redirect("manage:credit", found.pk)
    form.look_again(found.balance)
    return ask(
        request,
        title=_("Pay out credit"),
        consequences=[
            _("%(email)s has %(balance)s.")
            % {"email": found.email, "balance": money.say(found.balance, found.currency)},
            _("The refunds to this credit become refunds in the way you choose: nothing counts twice."),
        ],
        form=form,
        button=_("Pay out"),
        back=reverse("manage:credit", args=[found.pk]),
        tone="primary",
    )
