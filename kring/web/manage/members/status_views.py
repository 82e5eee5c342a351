"""Changing what somebody is: status, exit, membership type."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.members import giving_notice, memberships
from kring.members import status as statuses
from kring.members.models import Member, PlannedStatus
from kring.members.refusals import Overlapping
from kring.web.manage.members.forms import LeavingForm, MembershipForm, StatusForm
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def status(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk)
    form = StatusForm(request.POST or None, member=found)

    def save() -> bool:
        given = form.cleaned_data
        how = {"on": given["on"], "reason": given["reason"], "by": request.user}
        if given["state"] == Member.State.SUSPENDED:
            statuses.suspend(found, last_day=given["until"], **how)
        else:
            statuses.change_status(found, given["state"], **how)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _done(found, form.cleaned_data["on"]))
        return redirect("manage:member", pk)
    return show(request, "manage/members/status.html", status=_code(form), form=form, member=found, back=_page(pk))


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leaving(request: UserRequest, pk: int) -> HttpResponse:
    """With the notice worked out by the membership type; staff may decide otherwise."""
    found = get_object_or_404(Member, pk=pk)
    kind, today = memberships.present_type(found), timezone.localdate()
    earliest = memberships.earliest_last_day(kind, today)
    form = LeavingForm(request.POST or None, initial={"last_day": earliest})

    def save() -> bool:
        statuses.leave(found, form.cleaned_data["last_day"], reason=form.cleaned_data["reason"], by=request.user)
        return True

    if form.is_valid() and attempt(form, save, {statuses.BeforeThePresentStatus: "last_day"}):
        messages.success(request, _done(found, form.cleaned_data["last_day"] + timedelta(days=1)))
        return redirect("manage:member", pk)
    consequences = [
        _("After that day they no longer have what members have: groups, membership type, member prices, emails."),
        _("Number, data and history stay. If they come again, they keep them."),
    ]
    if kind is not None and earliest > today:
        consequences.insert(
            0, _("With notice given today, “%(type)s” ends on %(day)s.") % {"type": kind, "day": dates.day(earliest)}
        )
    return ask(
        request,
        title=_("%(name)s leaves?") % {"name": found},
        consequences=consequences,
        form=form,
        button=_("Record exit"),
        back=_page(pk),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def membership_type(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk)
    form = MembershipForm(request.POST or None)

    def save() -> bool:
        given = form.cleaned_data
        memberships.set_type(found, given["type"], since=given["since"], until=given["until"])
        return True

    if form.is_valid() and attempt(form, save, {Overlapping: "since"}):
        messages.success(request, _("The membership type of %(name)s has been saved.") % {"name": found})
        return redirect("manage:member", pk)
    present = memberships.present_type(found)
    return show(
        request,
        "manage/members/type.html",
        status=_code(form),
        form=form,
        member=found,
        present=present,
        back=_page(pk),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan_removal(request: UserRequest, pk: int, plan_pk: int) -> HttpResponse:
    planned = get_object_or_404(PlannedStatus.objects.select_related("member", "planned_by"), pk=plan_pk, member=pk)
    if request.method == "POST":
        giving_notice.drop(planned)
        messages.success(request, _("The change is no longer planned."))
        return redirect("manage:member", pk)
    consequence = _("On %(day)s the status of %(name)s would become “%(status)s”.")
    return ask(
        request,
        title=_("Drop the planned change?"),
        consequences=[
            consequence % {"day": dates.day(planned.on), "name": planned.member, "status": planned.get_state_display()}
        ],
        button=_("Drop plan"),
        back=_page(pk),
    )


def _page(pk: int) -> str:
    return reverse("manage:member", args=[pk])


def _code(form: StatusForm | MembershipForm) -> int:
    return 422 if form.is_bound else 200


def _done(member: Member, day: object) -> str:
    if day > timezone.localdate():  # type: ignore[operator]
        return _("The change is planned, and happens by itself.")
    return _("The status of %(name)s is now “%(status)s”.") % {"name": member, "status": member.get_state_display()}
