"""After a change that counts for the past: what contributions that were made would cost now, and correcting them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.core.names import one_line
from kring.core.refusals import Refusal
from kring.dues.fees import differing
from kring.web.manage.pages import show
from kring.web.manage.rights import needs

MOST = 500


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def differences(request: UserRequest) -> HttpResponse:
    """`?period=`: its number in the list, the latest first."""
    periods = differing.periods()
    asked = request.GET.get("period", "0")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    chosen = periods[number] if number < len(periods) else None
    if request.method == "POST" and chosen:
        return _corrected(request, *chosen)
    found = differing.differences(*chosen) if chosen else []
    return show(
        request,
        "manage/fees/differences.html",
        periods=[_words(*each) for each in periods],
        number=number,
        found=found[:MOST],
        total=sum((each.change for each in found), Decimal(0)),
        back=reverse("manage:fees"),
    )


def _corrected(request: UserRequest, first: date, last: date | None) -> HttpResponse:
    reason = one_line(request.POST.get("reason", ""), 300) or _("Fees changed")
    try:
        number = differing.correct(
            _wanted(request.POST.getlist("correct")), first, last, reason=reason, by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext("%(number)s contribution corrected.", "%(number)s contributions corrected.", number)
        messages.success(request, done % {"number": number})
    return redirect(request.get_full_path())


def _wanted(ticked: list[str]) -> Mapping[int, Decimal]:
    """`key:amount` of each, as the page showed it."""
    found = {}
    for each in ticked[:MOST]:
        key, _colon, amount = each.partition(":")
        try:
            found[int(key)] = Decimal(amount)
        except (ValueError, InvalidOperation):
            continue
    return found


def _words(first: date, last: date | None) -> str:
    return f"{dates.short_day(first)} – {dates.short_day(last)}"
