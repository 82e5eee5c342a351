"""The second factor of the staff: demanded, and removed where it was lost (A3)."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import second_factor, staffing
from kring.accounts.known_name import known_name
from kring.accounts.models import STAFF_ROLES, Role, User
from kring.accounts.requests import UserRequest
from kring.core.tenancy import opens_own_scope, scope
from kring.organisations.changing import change_settings
from kring.web.asking_again import asks_again
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

NAMES = ("second_factor_from", "second_factor_grace_days", "second_factor_roles")


class DemandForm(forms.Form):
    second_factor_from = forms.DateField(
        label=gettext_lazy("Demanded from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: not demanded."),
    )
    second_factor_grace_days = forms.IntegerField(
        label=gettext_lazy("Grace period (days)"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy("So long after that day, or after getting a role, the administration stays open."),
    )
    second_factor_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Of these roles"),
        required=False,
        choices=[(role.value, role.label) for role in Role.Name if role in STAFF_ROLES],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("second_factor_from") and not given.get("second_factor_roles"):
            self.add_error("second_factor_roles", _("Choose at least one role."))
        return given


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
@one_save_at_a_time
def demand(request: UserRequest) -> HttpResponse:
    organisation = request.organisation
    initial = {name: getattr(organisation, name) for name in NAMES}
    if organisation.second_factor_from is None:
        initial["second_factor_roles"] = initial["second_factor_roles"] or sorted(STAFF_ROLES)
    form = DemandForm(request.POST or None, initial=initial)
    merge(request, form)
    if form.is_valid():
        change_settings(organisation, **form.cleaned_data)
        messages.success(request, _("The settings have been saved."))
        return redirect("manage:second_factor")
    without = list(second_factor.staff_without())
    return show(
        request, "manage/users/second_factor.html", status=422 if form.is_bound else 200, form=form, without=without
    )


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("The user reads it in the email about this, and it stands in the log."),
    )


class AskedRemoval(NamedTuple):
    person: User
    form: RemovalForm


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    """Whether the login works elsewhere, too, is looked up between two scopes."""
    with scope(request.organisation):
        asked = _asked(request, pk=pk)
    if not isinstance(asked, AskedRemoval):
        return asked
    elsewhere = second_factor.works_elsewhere(asked.person, request.organisation)
    with scope(request.organisation):
        return _remove(request, asked, elsewhere)


@needs("manage_users")
@asks_again
def _asked(request: UserRequest, pk: int) -> AskedRemoval | HttpResponse:
    found = get_object_or_404(staffing.staff(), pk=pk)
    asked = AskedRemoval(found, RemovalForm(request.POST if request.method == "POST" else None))
    return asked if asked.form.is_valid() else _removal_page(request, asked)


removal.right, removal.allowed_roles = _asked.right, _asked.allowed_roles  # type: ignore[attr-defined]


def _remove(request: UserRequest, asked: AskedRemoval, elsewhere: bool) -> HttpResponse:
    person, reason, name = asked.person, asked.form.cleaned_data["reason"], known_name(asked.person)

    def act() -> None:
        if elsewhere:
            raise second_factor.WorksElsewhere(name=name)
        second_factor.reset(person, reason=reason, by=request.user)

    if not attempted(asked.form, act):
        return _removal_page(request, asked)
    messages.success(request, _("The second factor of %(name)s has been removed.") % {"name": name})
    return redirect("manage:user", person.pk)


def _removal_page(request: UserRequest, asked: AskedRemoval) -> HttpResponse:
    status = 422 if asked.form.is_bound else 200
    page = {"person": asked.person, "form": asked.form}
    return show(request, "manage/users/factor_removal.html", status=status, **page)
