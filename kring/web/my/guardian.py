"""How to reach a guardian who is no member: changed by themselves, where members may change theirs at once (M7)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import households, terms
from kring.members.columns import cleaned
from kring.members.models import Guardian
from kring.members.terms import Term
from kring.web.access import needs_login
from kring.web.manage.members.forms import column_field

PHONES = ("phone", "other_phone")


class GuardianForm(forms.Form):
    def __init__(self, data: QueryDict | None = None, *, guardian: Guardian, region: str) -> None:
        super().__init__(data, initial={name: getattr(guardian, name) for name in PHONES})
        self.region, at_once = region, terms.terms()
        for name in PHONES:
            if at_once[name] == Term.AT_ONCE:
                self.fields[name] = column_field(name)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        found, errors = cleaned(data, region=self.region)
        for name, texts in errors.items():
            self.add_error(name, texts)
        return data | found


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def contact(request: UserRequest) -> HttpResponse:
    guardian = Guardian.objects.filter(user=request.user, member=None).first()
    if guardian is None:
        raise Http404
    form = GuardianForm(request.POST or None, guardian=guardian, region=request.organisation.country)
    if form.is_valid():
        households.change_guardian(guardian, **form.cleaned_data)
        messages.success(request, _("Your phone numbers have been saved."))
        return redirect("my:membership")
    page = {"form": form, "guardian": guardian}
    return render(request, "my/guardian.html", page, status=422 if form.is_bound else 200)
