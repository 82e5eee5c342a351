"""Where an attendee for whom another person bought a ticket sets their first password."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import welcome as welcoming
from kring.accounts.requests import TenantRequest
from kring.web.access import public


class WelcomePasswordForm(SetPasswordForm):
    new_password1 = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    new_password2 = forms.CharField(
        label=_("The same password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def welcome(request: TenantRequest, uid: str, token: str) -> HttpResponse:
    user = welcoming.find(uid, token)
    if user is None:
        return render(request, "public/welcome_over.html", status=410)
    form = WelcomePasswordForm(user, request.POST or None)
    if not form.is_valid():
        page = {"form": form, "person": user}
        return render(request, "public/welcome.html", page, status=422 if form.is_bound else 200)
    welcoming.accept(user, form.cleaned_data["new_password1"])
    return perform_login(request, user)
