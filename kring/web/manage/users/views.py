"""The staff of the organisation, and their roles (A6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts import claimed_roles, inviting, second_factor, sessions, staffing
from kring.accounts.known_name import known_name
from kring.accounts.models import User
from kring.accounts.requests import UserRequest
from kring.web.asking_again import asks_again
from kring.web.manage.audit.history import entries_about_user
from kring.web.manage.pages import ask, attempt, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.users.filters import UserFilter
from kring.web.manage.users.forms import InvitationForm, RolesForm
from kring.web.manage.users.table import UserTable


@needs("manage_users")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/users/list.html", staffing.staff().with_roles(), UserTable, UserFilter)


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def new(request: UserRequest) -> HttpResponse:
    organisation = request.organisation
    form = InvitationForm(request.POST or None, language=organisation.language)
    if form.is_valid():
        user = inviting.invite(organisation, **form.cleaned_data, by=request.user)
        messages.success(request, _("%(name)s has been invited by email.") % {"name": known_name(user)})
        return redirect("manage:users")
    return show(request, "manage/users/new.html", status=422 if form.is_bound else 200, form=form)


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
@one_save_at_a_time
def user(request: UserRequest, pk: int) -> HttpResponse:
    """One user; POST gives and takes roles."""
    found = _user(pk)
    initial = {
        "roles": [role.name for role in found.roles_here],
        "until": next((role.until for role in found.roles_here if role.until), None),
    }
    form = RolesForm(request.POST or None, initial=initial)
    merge(request, form)

    def save() -> bool:
        staffing.set_roles_until(found, form.cleaned_data["roles"], form.cleaned_data["until"])
        return True

    if form.is_valid() and attempt(form, save, {staffing.LastAdmin: "roles"}):
        messages.success(request, _("The roles of %(name)s have been saved.") % {"name": found.name_here})
        return redirect("manage:user", pk)
    return show(
        request,
        "manage/users/detail.html",
        status=422 if form.is_bound else 200,
        person=found,
        is_blocked=_is_blocked(found),
        ended_on=next((role.until for role in found.roles_here if role.is_over), None),
        sessions=list(sessions.of_here(found)),
        has_factor=second_factor.has_one(found),
        given={service: ", ".join(names) for service, names in claimed_roles.given_to(found).items()},
        form=form,
        history=entries_about_user(found),
    )


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def block(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _user(pk), reverse("manage:user", args=[pk])
    if request.method == "POST":
        staffing.block(found)
        messages.success(request, _("%(name)s is blocked.") % {"name": found.name_here})
        return redirect(here)
    return ask(
        request,
        title=_("Block %(name)s?") % {"name": found.name_here},
        consequences=[
            _("This user is logged out here at once, and can no longer open the administration. The roles stay."),
            _("It can be undone at any time."),
        ],
        button=_("Block user"),
        back=here,
    )


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def unblock(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _user(pk), reverse("manage:user", args=[pk])
    if request.method == "POST":
        staffing.unblock(found)
        messages.success(request, _("%(name)s is no longer blocked.") % {"name": found.name_here})
        return redirect(here)
    return ask(
        request,
        title=_("Unblock %(name)s?") % {"name": found.name_here},
        consequences=[_("The user's roles apply again.")],
        button=_("Unblock user"),
        back=here,
        tone="primary",
    )


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = _user(pk)
    if request.method == "POST":
        staffing.remove(found)
        messages.success(request, _("%(name)s no longer has a role here.") % {"name": found.name_here})
        return redirect("manage:users")
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found.name_here},
        consequences=[
            _("All roles here are removed, and this user is logged out here at once."),
            _("The account stays: it can be used elsewhere, and for this person's own tickets."),
        ],
        button=_("Remove user"),
        back=reverse("manage:user", args=[pk]),
    )


@needs("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def logout(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _user(pk), reverse("manage:user", args=[pk])
    if request.method == "POST":
        staffing.log_out(found)
        messages.success(request, _("%(name)s has been logged out here.") % {"name": found.name_here})
        return redirect(here)
    return ask(
        request,
        title=_("Log %(name)s out?") % {"name": found.name_here},
        consequences=[
            _("This user is logged out on all devices on this site at once, also at the door. The roles stay."),
            _("They can log in again. If the password may be known to others, they should change it first."),
        ],
        button=_("Log out here"),
        back=here,
    )


def _user(pk: int) -> Any:
    """Users with a role here; others are simply not found."""
    return get_object_or_404(staffing.staff().with_roles(), pk=pk)


def _is_blocked(user: User) -> bool:
    return any(role.blocked_at for role in user.roles_here)  # type: ignore[attr-defined]
