"""Newsletters sent to one's own addresses, and out of them (D7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.newsletter import unsubscribing
from kring.newsletter.models import Subscription
from kring.web.access import needs_login
from kring.web.my import mine


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return render(request, "my/newsletters.html", {"subscriptions": mine.newsletters(request)})


@needs_login
@require_POST
def leaving(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(mine.newsletters(request), pk=pk)
    unsubscribing.unsubscribe(found, Subscription.How.PORTAL)
    messages.success(request, _("“%(name)s” is not sent to you any more.") % {"name": found.mailing_list})
    return redirect("my:newsletters")
