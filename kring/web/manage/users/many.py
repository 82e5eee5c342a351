"""Many invitations at once: pasted, looked through, sent (A6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import inviting_many
from kring.accounts.inviting_many import InvitedLine
from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.web.asking_again import asks_again
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.manage.users.forms import InvitationsForm


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def new(request: UserRequest) -> HttpResponse:
    """POST shows what would become of each line; with `send` it invites those that can be."""
    organisation = request.organisation
    form = InvitationsForm(request.POST or None, language=organisation.language)
    lines = _planned(form) if form.is_valid() else []
    if form.is_valid() and "send" in request.POST and any(line.is_sent for line in lines):
        given = {name: form.cleaned_data[name] for name in ("language", "roles", "until")}
        sent = inviting_many.invite_all(organisation, lines, by=request.user, **given)
        text = ngettext("%(n)s person has been invited.", "%(n)s people have been invited.", sent)
        messages.success(request, text % {"n": sent})
        return redirect("manage:users")
    return show(
        request,
        "manage/users/many.html",
        status=422 if form.errors else 200,
        form=form,
        lines=lines,
        to_send=sum(line.is_sent for line in lines),
    )


def _planned(form: InvitationsForm) -> list[InvitedLine]:
    try:
        return inviting_many.plan(form.cleaned_data["people"], form.cleaned_data["roles"])
    except Refusal as refusal:
        form.add_error("people", str(refusal))
        return []
