"""The organisation's data about itself, and how its pages look (T4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.billing.models import Order
from kring.events import zones
from kring.organisations.models import Organisation
from kring.web import theme
from kring.web.manage.pages import show
from kring.web.manage.rights import may, needs
from kring.web.manage.settings.forms import SettingsForm, ZoneForm
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def settings(request: UserRequest) -> HttpResponse:
    organisation: Organisation = request.organisation
    if request.method == "POST":
        # It was read before this request got its lock.
        organisation.refresh_from_db()
    form = SettingsForm(
        request.POST or None,
        request.FILES or None,
        organisation=organisation,
        may_change_currency=not Order.objects.exists(),
        may_change_account=may(request, "change_own_account"),
    )
    merge(request, form)
    question, affected = None, []
    if form.is_valid() and (affected := zones.would_move(organisation, form.cleaned_data["time_zone"])):
        question = ZoneForm(request.POST)
    if form.is_valid() and (question is None or question.is_valid()):
        keep = question is not None and question.cleaned_data["coming_events"] == ZoneForm.KEEP_CLOCK
        zones.change_with_events(organisation, keep_the_clock=keep, **form.cleaned_data)
        messages.success(request, _("The settings have been saved."))
        return redirect("manage:settings")
    advice = [theme.advice(colour) for colour in (organisation.primary_colour, organisation.accent_colour)]
    return show(
        request,
        "manage/settings/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        question=question,
        moving=affected,
        advice=[text for text in advice if text],
    )
