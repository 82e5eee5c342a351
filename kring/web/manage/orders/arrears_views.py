"""Decisions about an instalment that is overdue: another day, or the rest is waived."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.billing.models import Order
from kring.core import dates, money
from kring.payments import arrears, paying
from kring.web.manage.pages import ask, attempted
from kring.web.manage.payments.views import page_of
from kring.web.manage.rights import needs
from kring.web.manage.shared.reason_form import ReasonForm

LATER = timedelta(days=14)


class ExtensionForm(ReasonForm):
    field_order = ("due_on", "reason")
    due_on = forms.DateField(
        label=gettext_lazy("New date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def extension(request: UserRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order, number=number)
    back, parts = page_of(request, found), arrears.open_parts(found)
    if not parts:
        return redirect(back)
    form = ExtensionForm(request.POST or None, initial={"due_on": timezone.localdate() + LATER})
    if form.is_valid() and attempted(form, lambda: arrears.extend(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The instalment has another date, and the buyer is reminded of that one."))
        return redirect(back)
    facts = {"amount": money.say(parts[0].open, found.currency), "day": dates.day(parts[0].due_on)}
    return ask(
        request,
        title=_("Another date for the instalment of order %(number)s?") % {"number": found},
        consequences=[_("%(amount)s is open, and due by %(day)s.") % facts],
        form=form,
        button=_("Set the new date"),
        back=back,
        tone="primary",
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def waiver(request: UserRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order, number=number)
    back, left = page_of(request, found), paying.left_of(found)
    if not arrears.open_parts(found):
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and attempted(form, lambda: arrears.waive(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The rest is waived: nothing more is asked for."))
        return redirect(back)
    facts = {"amount": money.say(left, found.currency), "kept": money.say(found.payments.kept(), found.currency)}
    return ask(
        request,
        title=_("Waive the rest of order %(number)s?") % {"number": found},
        consequences=[
            _("%(kept)s was paid; %(amount)s is not asked for any more. The tickets stay valid.") % facts,
            _("The prices of its tickets become lower by that, with your reason beside them."),
        ],
        form=form,
        button=_("Waive the rest"),
        back=back,
    )
