"""Behind the link of a reminder: what is open by now, how to pay it, and by when it will be paid (C5)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.core import qr
from kring.dues import transfers
from kring.dues.models import Reminder, ReminderPause
from kring.dues.reminding import pausing, printing
from kring.dues.transfers import Transfer
from kring.web.access import public
from kring.web.promise_form import PromiseForm
from kring.web.public.secret_links import behind_a_secret


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def reminder(request: TenantRequest, secret: str) -> HttpResponse:
    found = get_object_or_404(Reminder.objects.with_what_a_list_shows(), secret=secret)
    named = printing.letter_of(found).named
    longest = pausing.longest_by_payer()
    form = PromiseForm(request.POST or None, longest=longest)
    if named and form.note([found.payer]):
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
        "form": form if longest else None,
    }
    return render(request, "public/reminder.html", page, status=422 if form.is_bound else 200)


def _code(to: Transfer | None) -> str:
    code = to.code if to else None
    return qr.svg(code, title=str(_("QR code for your bank's app"))) if code else ""
