"""Behind the link of a reminder: what is open by now, how to pay it, and by when it will be paid (C5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.core import qr
from kring.core.refusals import Refusal
from kring.dues import transfers
from kring.dues.models import Reminder, ReminderPause
from kring.dues.reminding import pausing, printing
from kring.dues.transfers import Transfer
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret


class PromiseForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("I will pay by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"until": timezone.localdate() + pausing.LONGEST_BY_PAYER / 2})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def reminder(request: TenantRequest, secret: str) -> HttpResponse:
    found = get_object_or_404(Reminder.objects.with_what_a_list_shows(), secret=secret)
    named = printing.letter_of(found).named
    form = PromiseForm(request.POST or None)
    if named and form.is_valid() and _promised(found, form):
        messages.success(request, _("Thank you: we have noted the day."))
        return redirect("public:reminder", secret)
    to = transfers.of_contributions(transfers.receiver(), named, found.currency)
    total = sum((each.left for each in named), Decimal(0))
    pauses = ReminderPause.objects.filter(payer=found.payer, kind=ReminderPause.Kind.PROMISED)
    page = {
        "reminder": found,
        "named": named,
        "total": total,
        "currency": found.currency,
        "is_under_way": any(each.pending for each in named),
        "orders": list({each.order_id: each.order for each in named}.values()),
        "transfer": to,
        "code": _code(to),
        "promise": pauses.in_force().first(),
        "form": form,
    }
    return render(request, "public/reminder.html", page, status=422 if form.is_bound else 200)


def _promised(found: Reminder, form: PromiseForm) -> bool:
    try:
        with transaction.atomic():
            pausing.promise(found.payer, until=form.cleaned_data["until"], by=None, is_by_payer=True)
    except Refusal as refusal:
        form.add_error("until", str(refusal))
        return False
    return True


def _code(to: Transfer | None) -> str:
    code = to.code if to else None
    return qr.svg(code, title=str(_("QR code for your bank's app"))) if code else ""
