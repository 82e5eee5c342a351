"""Compare an account now, and whether others are paid into it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.payments.models import Reconciliation
from kring.payments.reconciling import deciding, fetching
from kring.web.manage.pages import ask
from kring.web.manage.reconciliation.table import named
from kring.web.manage.rights import needs


@needs("change_orders")
@require_POST
def now(request: UserRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    fetching.begin_now(row)
    messages.success(
        request, _("%(account)s is being compared; look here in a minute.") % {"account": named(row.account)}
    )
    return redirect("manage:reconciliation")


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sharing(request: UserRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    facts = {"account": named(row.account)}
    if request.method == "POST":
        deciding.share(row, is_shared=not row.is_shared, by=request.user)
        messages.success(request, _("Changed. It counts from the next comparison on."))
        return redirect("manage:reconciliation")
    if row.is_shared:
        title, button = _("Is only Kring paid into %(account)s?"), _("Only Kring")
        consequences = [_("Money of no payment here counts as a difference again.")]
    else:
        title, button = _("Are others paid into %(account)s too?"), _("Others too")
        consequences = [
            _("Such as your web shop, or another association. Their money is no difference any more."),
            _("It still stands among the movements, and in the sums of the month."),
        ]
    back = reverse("manage:reconciliation")
    return ask(request, title=title % facts, consequences=consequences, button=button, back=back, tone="primary")


def _row(pk: int) -> Reconciliation:
    rows = Reconciliation.objects.select_related("account").defer("account__keys", "account__old_keys")
    return get_object_or_404(rows, pk=pk)
