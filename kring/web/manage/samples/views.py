"""Sample data: each page says what will happen, and its button does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.hosting.samples import making, removing
from kring.hosting.samples.removing import Removal
from kring.web.manage.pages import ask, carry_out
from kring.web.manage.rights import needs


@needs("manage_samples")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def adding(request: UserRequest) -> HttpResponse:
    back = reverse("manage:first_steps")
    if making.are_there():
        # Also who pressed twice.
        return redirect("manage:first_steps")
    if request.method == "POST":
        done = _("The sample data is there: an event under Events, people under Members.")
        return carry_out(request, lambda: making.add(by=request.user), done, back)
    return ask(
        request,
        title=_("Add sample data?"),
        button=_("Add sample data"),
        back=back,
        consequences=[
            _("An event with ticket types, a form and guests: a draft, which nobody else sees."),
            _("Ten members in two groups, with what they pay."),
            _("All of it is called “sample”, and no email goes to any of these people."),
            _("You can change what you like, and remove all of it by one click."),
        ],
        tone="primary",
    )


@needs("manage_samples")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest) -> HttpResponse:
    back = "manage:first_steps"
    if not making.are_there():
        return redirect(back)
    if request.method == "POST":
        messages.success(request, _done(removing.remove()))
        return redirect(back)
    found = removing.foreseen()
    return ask(
        request,
        title=_("Remove the sample data?"),
        button=_("Remove sample data"),
        back=reverse(back),
        consequences=[*_goes(found), *_stays(found)],
    )


def _goes(found: Removal) -> list[str]:
    named = [str(row) for kind in ("event", "form", "group", "type") for row in found.gone[kind]]
    members, guests = len(found.gone["member"]), len(found.gone["guest"])
    if members:
        named.append(ngettext("%(n)s sample member", "%(n)s sample members", members) % {"n": members})
    if guests:
        named.append(ngettext("%(n)s sample guest", "%(n)s sample guests", guests) % {"n": guests})
    goes = [_("Removed for good: %(name)s") % {"name": ", ".join(named)}] if named else []
    return [*goes, _("Whatever you have changed of them goes as well.")]


def _stays(found: Removal) -> list[str]:
    return [
        _("%(name)s stays, and is yours from now on: %(reason)s.") % {"name": each.name, "reason": each.reason}
        for each in found.kept
    ]


def _done(found: Removal) -> str:
    return " ".join([_("The sample data has been removed."), *_stays(found)])
