"""One payer: every movement with the balance after it, and the confirmation of what was paid in a year."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.dues import accounts, confirming, unpaid
from kring.dues.models import Contribution, Payer
from kring.members.models import Member
from kring.web.downloads import document
from kring.web.manage.pages import show
from kring.web.manage.rights import needs


@needs("see_dues")
@require_safe
@never_cache
def account(request: UserRequest, pk: int) -> HttpResponse:
    payer = _payer(pk)
    movements = accounts.of_payers([pk])
    years = sorted({each.on.year for each in movements if not each.is_asked}, reverse=True)
    return show(
        request,
        "manage/dues/account.html",
        payer=payer,
        movements=movements[::-1],
        balance=movements[-1].balance if movements else Decimal(0),
        years=years,
        tries=unpaid.tries([pk])[pk],
        members=Member.objects.filter(contributions__payer=pk).distinct(),
        back=reverse("manage:dues_unpaid"),
    )


@needs("see_dues")
@require_safe
@never_cache
def of_member(request: UserRequest, pk: int) -> HttpResponse:
    """The account of who pays for this member."""
    member = get_object_or_404(Member, pk=pk)
    keys = Contribution.objects.filter(member=member).order_by("-created_at").values_list("payer", flat=True)
    payers = Payer.objects.with_people().filter(pk__in=list(keys))
    if len(payers) == 1:
        return redirect("manage:dues_account", payers[0].pk)
    return show(
        request,
        "manage/dues/payers.html",
        member=member,
        payers=payers,
        back=reverse("manage:member", args=[pk]),
    )


@needs("see_dues")
@require_safe
@never_cache
def confirmation(request: UserRequest, pk: int, year: int) -> HttpResponse:
    """A letter: what was paid in the year, less what went back. 404: nothing was."""
    found = confirming.of_contributions(_payer(pk), year)
    if found is None:
        raise Http404
    name, contents = found
    return document(contents, name=name)


def _payer(pk: int) -> Payer:
    found: Payer = get_object_or_404(Payer.objects.with_people(), pk=pk)
    return found
