"""Where a refund goes to: whoever paid enters it, behind the link in an email to their address (R6)."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.core.sepa import Account
from kring.payments import payees
from kring.payments.models import Payee, Refund
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret


class PayeeForm(forms.Form):
    holder = NameField(
        label=_("Name of the account's holder"),
        max_length=70,
        help_text=_("As your bank has it: banks compare the name with the number."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    iban = AccountField(
        label=_("Account number"),
        help_text=_("An IBAN, or a Polish account number of 26 digits."),
        widget=forms.TextInput({"data-groups-of-four": "", "autocomplete": "off"}),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def refund_account(request: TenantRequest, secret: str) -> HttpResponse:
    """Until a bank file has it, another account may be entered."""
    payee = get_object_or_404(Payee, secret=secret)
    rows = Refund.objects.filter(payee=payee).exclude(state=Refund.State.TAKEN_BACK)
    refunds = list(rows.select_related("payment__order").order_by("pk"))
    if not payees.is_theirs(payee, refunds):
        raise Http404
    can_change = bool(refunds) and all(each.state == Refund.State.ASKED for each in refunds)
    form = PayeeForm(request.POST or None)
    if can_change and form.is_valid() and _given(payee, form):
        return redirect("public:refund-account", secret)
    page = {
        "payee": payee,
        "refunds": refunds,
        "total": sum((each.amount for each in refunds), Decimal(0)),
        "currency": refunds[0].currency if refunds else "",
        "can_change": can_change,
        "is_asked": can_change and (not payee.account or form.is_bound or "again" in request.GET),
        "is_done": bool(refunds) and all(each.state == Refund.State.DONE for each in refunds),
        "form": form,
    }
    return render(request, "public/refund_account.html", page, status=422 if form.is_bound else 200)


def _given(payee: Payee, form: PayeeForm) -> bool:
    try:
        with transaction.atomic():
            payees.give(payee, Account(**form.cleaned_data), by=None)
    except Refusal as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return False
    return True
