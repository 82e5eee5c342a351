"""Deciding about an application: approve, accept, let wait, decline (M4)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.members import applying, deciding, groups
from kring.members.columns import cleaned
from kring.members.models import Application, Member
from kring.members.refusals import GroupFull
from kring.web.manage.applications.forms import AcceptForm, DeclineForm, LineForm
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs


@needs("decide_applications")
@require_POST
@never_cache
def approval(request: UserRequest, pk: int) -> HttpResponse:
    """The first of two."""
    found = _application(pk)
    try:
        with transaction.atomic():
            deciding.approve(found, by=request.user)
        messages.success(request, _("You have approved the application. Somebody else has to accept it now."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("manage:application", pk)


@needs("decide_applications")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def acceptance(request: UserRequest, pk: int) -> HttpResponse:
    found = _application(pk)
    if not found.is_open:
        return redirect("manage:application", pk)
    values, _errors = cleaned(dict(found.values), region=request.organisation.country)
    # A choice that is none is not asked for: nothing sent is an answer.
    sent = request.POST if request.method == "POST" else None
    form = AcceptForm(sent, application=found, is_minor=applying.is_minor(values))

    def save() -> Member:
        return deciding.accept(found, form.acceptance(), by=request.user)

    if form.is_valid() and (member := attempt(form, save, {GroupFull: "group"})):
        messages.success(
            request, _("%(name)s is a member, number %(number)s.") % {"name": member, "number": member.number}
        )
        return redirect("manage:member", member.pk)
    return show(
        request,
        "manage/applications/accept.html",
        status=422 if form.is_bound else 200,
        form=form,
        application=found,
        back=reverse("manage:application", args=[pk]),
    )


@needs("decide_applications")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def waiting(request: UserRequest, pk: int) -> HttpResponse:
    """Accepted as soon as the group has a place."""
    found = _application(pk)
    form = LineForm(request.POST or None, application=found)

    def save() -> bool:
        group = form.group_chosen
        deciding.let_wait(found, group, season=groups.present_season(group), by=request.user)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("%(name)s is on the waiting list.") % {"name": found})
        return redirect("manage:application", pk)
    return ask(
        request,
        title=_("Put %(name)s on the waiting list?") % {"name": found},
        consequences=[
            _("The turn is by the day of the application: those who applied earlier come first."),
            _("The applicant is notified by email, and again when there is a place and you accept them."),
        ],
        form=form,
        button=_("Put on the waiting list"),
        back=reverse("manage:application", args=[pk]),
        tone="primary",
    )


@needs("decide_applications")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decline(request: UserRequest, pk: int) -> HttpResponse:
    found = _application(pk)
    form = DeclineForm(request.POST or None)

    def save() -> bool:
        deciding.decline(found, form.cleaned_data["reason"], by=request.user)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("The application of %(name)s has been declined.") % {"name": found})
        return redirect("manage:applications")
    return ask(
        request,
        title=_("Decline the application of %(name)s?") % {"name": found},
        consequences=[_("It is deleted after a while, as the settings of its membership type say.")],
        form=form,
        button=_("Decline application"),
        back=reverse("manage:application", args=[pk]),
    )


def _application(pk: int) -> Application:
    found: Application = get_object_or_404(Application.objects.select_related("type", "group"), pk=pk)
    return found
