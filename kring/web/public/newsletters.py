"""A newsletter's own pages, behind the links in its emails (D7)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.core.proxies import client_address
from kring.newsletter import confirming, links, unsubscribing
from kring.newsletter.models import Subscription
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret

ONE_CLICK = ("List-Unsubscribe", "One-Click")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def confirmation(request: TenantRequest, token: str) -> HttpResponse:
    """The question on GET, as programs that scan mails open links too; POST subscribes."""
    found = links.behind(token)
    if found is None:
        return render(request, "public/newsletters/gone.html", status=404)
    if request.method == "POST":
        confirming.confirm(found, network=client_address(request))
        return redirect("public:newsletter_confirmation", token)
    return render(request, "public/newsletters/confirmation.html", {"subscription": found})


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def subscription(request: TenantRequest, secret: str) -> HttpResponse:
    """The question on GET; POST unsubscribes, from this page or by one click in a mail program (RFC 8058).

    Without a token: mail programs have none, and whoever has the link may do this.
    """
    rows = Subscription.objects.select_related("mailing_list")
    found = get_object_or_404(rows, secret=secret)
    if request.method == "POST":
        name, value = ONE_CLICK
        is_one_click = request.POST.get(name) == value
        unsubscribing.unsubscribe(found, Subscription.How.ONE_CLICK if is_one_click else Subscription.How.LINK)
        # RFC 8058: no redirect, which mail programs need not follow.
        return HttpResponse("OK") if is_one_click else redirect("public:newsletter_subscription", secret)
    return render(request, "public/newsletters/subscription.html", {"subscription": found})
