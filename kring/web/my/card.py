"""The member's card: on a phone, and to print (M3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import qr
from kring.members import cards, memberships
from kring.members.models import Member
from kring.web.access import needs_login
from kring.web.my.member_data import person_of
from kring.web.uploads import picture_of


@needs_login
@require_safe
@never_cache
def card(request: UserRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    member = _with_a_card(person.member)
    page = {
        "person": person,
        "member": member,
        "type": memberships.present_type(member),
        "qr": qr.svg(cards.code_of(member), title=_("QR code of %(name)s") % {"name": member.name}),
        "today": timezone.localdate(),
        "may_renew": person.is_own or person.decides,
    }
    return render(request, "my/card.html", page)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def renewal(request: UserRequest, pk: int) -> HttpResponse:
    """For a card that was lost or copied."""
    person = person_of(request, pk)
    member = _with_a_card(person.member)
    if request.method == "POST":
        cards.renew(request.user, member)
        messages.success(request, _("This is the new card. The earlier one is no longer valid."))
        return redirect("my:card", pk)
    return render(request, "my/card_renewal.html", {"member": member})


@needs_login
@require_safe
def picture(request: UserRequest, pk: int) -> HttpResponseBase:
    return picture_of(person_of(request, pk).member)


def _with_a_card(member: Member) -> Member:
    """Nobody who left has one, and nobody who is not a member yet; of a suspended one it says so."""
    if not member.belongs:
        raise Http404
    return member
