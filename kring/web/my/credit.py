"""What one has with the organisation, on any address one has proved (R6)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.payments import credits
from kring.payments.models import CreditEntry
from kring.web.access import needs_login

PER_PAGE = 25


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    accounts = credits.of_user(request.user)
    rows = CreditEntry.objects.filter(account__in=accounts).order_by("-created_at", "-pk")
    rows = rows.select_related("account", "refund__payment__order", "payment__order")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "my/credit.html", {"accounts": accounts, "page": page})
