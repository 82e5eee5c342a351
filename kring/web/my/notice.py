"""Leaving, in the portal: the last day is shown before it is confirmed, and can be withdrawn until then (M3)."""

from __future__ import annotations

from datetime import date
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.members import giving_notice
from kring.members.own_people import PortalPerson
from kring.web.access import needs_login
from kring.web.manage.pages import attempt
from kring.web.my.member_data import person_of


class NoticeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The organisation likes to know, but you need not say."),
    )
    last_day = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, last_day: date) -> None:
        super().__init__(data, initial={"last_day": last_day.isoformat()})

    @property
    def seen(self) -> date:
        return cast(date, self.cleaned_data["last_day"])


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leaving(request: UserRequest, pk: int) -> HttpResponse:
    person = _deciding(request, pk)
    found = giving_notice.leaving_of(person.member)
    form = NoticeForm(request.POST or None, last_day=found.last_day)

    def give() -> date:
        reason = form.cleaned_data["reason"]
        return giving_notice.give_notice(request.user, person.member, seen=form.seen, reason=reason)

    if form.is_valid() and (last_day := attempt(form, give)):
        text = _("The last day of %(name)s as a member is %(day)s.")
        messages.success(request, text % {"name": person.member, "day": dates.day(last_day)})
        return redirect("my:membership")
    if form.is_bound:
        # It shows the last day as it is now.
        form.data = request.POST.dict() | {"last_day": found.last_day.isoformat()}
    page = {"person": person, "member": person.member, "leaving": found, "form": form}
    return render(request, "my/leaving.html", page, status=422 if form.is_bound else 200)


@needs_login
@require_POST
@never_cache
def withdrawal(request: UserRequest, pk: int) -> HttpResponse:
    person = _deciding(request, pk)
    giving_notice.withdraw_notice(request.user, person.member)
    messages.success(request, _("%(name)s stays a member.") % {"name": person.member})
    return redirect("my:membership")


def _deciding(request: UserRequest, pk: int) -> PortalPerson:
    person = person_of(request, pk)
    if not person.decides:
        raise PermissionDenied
    return person
