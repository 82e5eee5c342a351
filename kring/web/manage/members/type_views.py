"""Membership types, and the settings of the register."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.members import memberships, numbering
from kring.members.models import ApplicationSettings, MembershipType, RegisterSettings
from kring.organisations import changing
from kring.web.manage.members.forms import MembershipTypeForm, RegisterForm
from kring.web.manage.pages import ask, saved, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    now = Q(memberships__during__contains=timezone.localdate())
    kinds = MembershipType.objects.annotate(number=Count("memberships", filter=now)).order_by(
        "retired_at", "position", "name"
    )
    open_types = set(ApplicationSettings.objects.open().values_list("type_id", flat=True))
    back = reverse("manage:members")
    return show(request, "manage/members/types.html", kinds=kinds, open_types=open_types, back=back)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = MembershipTypeForm(request.POST or None)

    if saved(request, form, memberships.create_type, _("The membership type has been added.")):
        return redirect("manage:membership_types")
    return _form(request, form)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MembershipType, pk=pk)
    form = MembershipTypeForm(request.POST or None, instance=MembershipType.objects.get(pk=pk))
    merge(request, form)

    if saved(request, form, partial(memberships.change_type, found), _("The membership type has been saved.")):
        return redirect("manage:membership_types")
    return _form(request, form, found)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    """Removed where nobody ever had it, else no longer given."""
    found = get_object_or_404(MembershipType, pk=pk)
    number = found.memberships.count()
    is_used = number or found.applications.exists()
    if request.method == "POST":
        if is_used:
            memberships.retire_type(found)
        else:
            memberships.remove_type(found)
        messages.success(request, _("“%(name)s” is no longer given.") % {"name": found})
        return redirect("manage:membership_types")
    consequence = ngettext(
        "%(number)s membership of this type stays as it is; nobody gets it any more.",
        "%(number)s memberships of this type stay as they are; nobody gets it any more.",
        number,
    )
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[consequence % {"number": number} if is_used else _("Nobody has or had it.")],
        button=_("Remove membership type"),
        back=reverse("manage:membership_type", args=[pk]),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def settings(request: UserRequest) -> HttpResponse:
    found = numbering.settings()
    form = RegisterForm(request.POST or None, instance=RegisterSettings.objects.get(pk=found.pk))
    merge(request, form)

    if saved(
        request, form, partial(changing.change, found, "register_settings.changed"), _("The settings have been saved.")
    ):
        return redirect("manage:members")
    return show(
        request,
        "manage/members/settings.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=reverse("manage:members"),
    )


def _form(request: UserRequest, form: MembershipTypeForm, kind: MembershipType | None = None) -> HttpResponse:
    return show(
        request,
        "manage/members/type_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        kind=kind,
        back=reverse("manage:membership_types"),
    )
