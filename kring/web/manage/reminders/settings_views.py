"""The steps, when they go, and from which amount on."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.dues.models import ReminderSettings, ReminderStep
from kring.dues.reminding import schedule, steps
from kring.web.manage.pages import ask, carry_out, saved, show
from kring.web.manage.reminders.forms import SettingsForm, StepForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_dues")
@one_save_at_a_time
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=ReminderSettings.objects.first() or ReminderSettings())
    done = _("The settings have been saved.")
    if not merge(request, form) and saved(request, form, partial(schedule.set_up, by=request.user), done):
        return redirect("manage:reminder_settings")
    return show(
        request,
        "manage/reminders/settings.html",
        status=422 if form.is_bound else 200,
        form=form,
        steps=list(ReminderStep.objects.all()),
        currency=request.organisation.currency,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = StepForm(request.POST or None, instance=ReminderStep())
    back = reverse("manage:reminder_settings")
    if saved(request, form, partial(steps.add, by=request.user), _("The step has been added.")):
        return redirect(back)
    status = 422 if form.is_bound else 200
    return show(request, "manage/reminders/step.html", status=status, form=form, back=back)


@needs("manage_dues")
@require_POST
def usual(request: UserRequest) -> HttpResponse:
    """Three steps to begin with."""
    then = reverse("manage:reminder_settings")
    return carry_out(request, lambda: steps.add_usual(by=request.user), _("Three steps have been added."), then)


@needs("manage_dues")
@one_save_at_a_time
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReminderStep, pk=pk)
    form = StepForm(request.POST or None, instance=ReminderStep.objects.get(pk=pk))
    back = reverse("manage:reminder_settings")
    if not merge(request, form) and form.is_valid():
        steps.rework(found, **form.cleaned_data)
        messages.success(request, _("The step has been saved."))
        return redirect(back)
    return show(
        request, "manage/reminders/step.html", status=422 if form.is_bound else 200, form=form, step=found, back=back
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReminderStep, pk=pk)
    back = reverse("manage:reminder_settings")
    if request.method == "POST":
        steps.remove(found, by=request.user)
        messages.success(request, _("The step has been removed."))
        return redirect(back)
    return ask(
        request,
        title=_("Remove this step?"),
        consequences=[_("Reminders that were sent stay as they are. Who was reminded so often gets none any more.")],
        button=_("Remove"),
        back=back,
    )
