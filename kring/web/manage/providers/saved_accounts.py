"""Accounts that payers have kept for later, as the treasurer sees them: masked (P4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.payments import keeping
from kring.payments.models import SavedMeans
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator

PER_PAGE = 50


@needs("see_providers")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = SavedMeans.objects.select_related("provider_account").order_by("-created_at", "-pk")
    page = ForgivingPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(request, "manage/providers/saved_accounts.html", page=page)


@needs("revoke_saved_accounts")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def revocation(request: UserRequest, pk: int) -> HttpResponse:
    means = get_object_or_404(SavedMeans, pk=pk)
    facts = {"name": means.payer_name, "account": means}
    if request.method == "POST":
        if keeping.revoke(means, by=request.user, reason=keeping.BY_STAFF):
            messages.success(request, _("%(account)s is not debited any more.") % facts)
        return redirect("manage:saved_accounts")
    return ask(
        request,
        title=_("Revoke %(account)s of %(name)s") % facts,
        consequences=[
            _("It is not debited any more. A debit that is with the bank already goes on."),
            _("This cannot be undone: only %(name)s can keep an account again, in the portal.") % facts,
        ],
        button=_("Revoke"),
        back=reverse("manage:saved_accounts"),
    )
