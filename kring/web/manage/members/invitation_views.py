"""Inviting one member, or all who have an address and no login yet (M2)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.members import inviting
from kring.members.models import Member
from kring.web.manage.pages import ask
from kring.web.manage.rights import needs


@needs("change_members")
@require_POST
@never_cache
def one(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk)
    _invite(request, [found])
    return redirect("manage:member", pk)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def everybody(request: UserRequest) -> HttpResponse:
    """All who have an address and no login yet; each address gets one mail."""
    rows = Member.objects.current().exclude(pk__in=inviting.with_a_login().values("pk")).exclude(email="")
    if request.method == "POST":
        _invite(request, rows)
        return redirect("manage:members")
    addresses = rows.values("email").distinct().count()
    without = Member.objects.current().filter(email="").count()
    mails = ngettext("%(number)s address gets an email.", "%(number)s addresses get an email.", addresses)
    return ask(
        request,
        title=_("Invite all members without a login?"),
        consequences=[
            mails % {"number": addresses},
            _("Members who share an address get one email together; parents then see their children."),
            _("The link works for 30 days, and replaces earlier ones."),
            _("Members without an address cannot be invited: %(number)s.") % {"number": without},
        ],
        button=_("Send invitations"),
        back=reverse("manage:members"),
        tone="primary",
    )


def _invite(request: UserRequest, members: Iterable[Member]) -> None:
    invited = inviting.invite(members, by=request.user)
    if invited.addresses:
        text = ngettext(
            "%(number)s invitation is on its way.", "%(number)s invitations are on their way.", invited.addresses
        )
        messages.success(request, text % {"number": invited.addresses})
    elif invited.recent:
        messages.info(request, _("An invitation was sent a few minutes ago: it may still be on its way."))
    elif invited.active:
        messages.info(request, _("This login is active already: no invitation is needed."))
    else:
        messages.warning(request, _("There is no address to invite to."))
