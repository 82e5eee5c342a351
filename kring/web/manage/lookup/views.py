"""Name or number in, name and status out (issue 12, point 13)."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import looking_up
from kring.members.models import Member
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import needs


class LookupForm(forms.Form):
    q = forms.CharField(
        label=_("Name or member number"),
        max_length=100,
        help_text=_("The beginning of the name, three letters at least, or the whole number. Each look is in the log."),
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "autofocus": True}),
    )


@needs("look_up_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lookup(request: UserRequest) -> HttpResponse:
    """By POST: names of people stay out of addresses and of the logs of servers."""
    form = LookupForm(request.POST or None)
    people: list[tuple[Member, bool]] | None = None
    more = False
    if form.is_valid() and (
        found := attempt(form, lambda: looking_up.look_up(form.cleaned_data["q"], by=request.user))
    ):
        people, more = [(member, member.state in Member.ENTITLED) for member in found[0]], found[1]
    status = 422 if form.errors else 200
    return show(request, "manage/lookup/lookup.html", status=status, form=form, people=people, more=more)
