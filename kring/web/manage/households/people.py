"""Who lives in a household: moving in and out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import households
from kring.members.models import Household, Member
from kring.web.manage.households.forms import MemberHouseholdForm, MoveInForm
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def adding(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Household, pk=pk)
    form = MoveInForm(request.POST or None, household=found)

    def save() -> bool:
        members = form.chosen()
        for member in members:
            households.move_in(member, found)
        number = len(members)
        done = ngettext("%(number)s member has been added.", "%(number)s members have been added.", number)
        if members:
            messages.success(request, done % {"number": number})
        return bool(members)

    if not form.is_search and form.is_valid() and attempt(form, save):
        return redirect("manage:household", pk)
    status = 422 if form.is_bound and not form.is_search else 200
    back = reverse("manage:household", args=[pk])
    return show(request, "manage/households/adding.html", status=status, form=form, household=found, back=back)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_member(request: UserRequest, pk: int) -> HttpResponse:
    """From the member's page: into a new household, or another."""
    member = get_object_or_404(Member.objects.select_related("household"), pk=pk)
    form = MemberHouseholdForm(request.POST or None, member=member)

    def save() -> Household:
        chosen = form.chosen()
        if chosen is None:
            return households.form([member])
        households.move_in(member, chosen)
        return chosen

    if not form.is_search and form.is_valid() and (found := attempt(form, save)):
        messages.success(request, _("%(name)s is in this household now.") % {"name": member})
        return redirect("manage:household", found.pk)
    status = 422 if form.is_bound and not form.is_search else 200
    back = reverse("manage:member", args=[pk])
    return show(request, "manage/households/of_member.html", status=status, form=form, member=member, back=back)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leaving(request: UserRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.select_related("household"), pk=pk)
    back = reverse("manage:household", args=[member.household_id]) if member.household_id else ""
    back = back or reverse("manage:member", args=[pk])
    if request.method == "POST":
        households.move_out(member)
        messages.success(request, _("%(name)s has moved out.") % {"name": member})
        return redirect(back)
    return ask(
        request,
        title=_("Does %(name)s move out?") % {"name": member},
        consequences=[
            _("The address stays theirs until another one is entered."),
            _("Rights of guardians that came of living in it end at once."),
        ],
        button=_("Move out"),
        back=back,
    )
