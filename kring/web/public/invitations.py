"""The page behind an invitation: take the place, or "no, thanks" (W4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from kring.waiting import answering
from kring.waiting.models import Invitation
from kring.web.access import public
from kring.web.public.forms import quantities
from kring.web.public.private import behind_a_secret


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    found = _invitation_behind(secret)
    if request.method == "POST":
        user = request.user if request.user.is_authenticated else None
        order = answering.begin(found, quantities(request.POST), user=user, language=get_language() or "en")
        return redirect("public:attendees", order.secret)
    page = {"invitation": found, "event": found.entry.event, "offered": answering.offered(found)}
    return render(request, "public/waiting/invitation.html", page)


@public
@require_POST
@behind_a_secret
def decline(request: HttpRequest, secret: str) -> HttpResponse:
    found = _invitation_behind(secret)
    answering.decline(found, keep_waiting=bool(request.POST.get("keep_waiting")))
    return redirect("public:waiting", found.entry.secret)


def _invitation_behind(secret: str) -> Invitation:
    rows = Invitation.objects.select_related("entry__event__pool", "entry__user", "attraction", "order")
    return get_object_or_404(rows, secret=secret)
