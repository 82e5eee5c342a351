"""How contributions are asked for, and the ways to pay them."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.dues import running
from kring.dues.models import DuesPaymentOption
from kring.organisations import audit
from kring.payments import accounts
from kring.payments.method import PaymentMethod
from kring.payments.methods import method as method_called
from kring.payments.methods import methods
from kring.web.manage.contributions.forms import DuesSettingsForm
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

# Whoever owes pays later, and not at an event.
NOT_FOR_DUES = {"cash", "manual", "custom"}


def _offerable(currency: str) -> list[PaymentMethod]:
    return [
        each
        for each in methods()
        if each.is_offered_by_events and each.key not in NOT_FOR_DUES and each.is_offered_for(Decimal(1), currency)
    ]


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def settings(request: UserRequest) -> HttpResponse:
    stored = running.settings_now()
    form = DuesSettingsForm(request.POST or None, instance=stored)
    merge(request, form)
    if form.is_valid():
        saved = form.save()
        audit.log("dues.settings_changed", saved, new={name: form.cleaned_data[name] for name in form.changed_data})
        messages.success(request, _("Saved."))
        return redirect("manage:dues_settings")
    offered = {each.method: each for each in DuesPaymentOption.objects.all()}
    usable = accounts.methods_to_pay_with()
    ways = [
        (way, offered.get(way.key), way.account_form is None or way.key in usable)
        for way in _offerable(request.organisation.currency)
    ]
    status = 422 if form.is_bound else 200
    return show(request, "manage/contributions/settings.html", form=form, ways=ways, status=status)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def payment(request: UserRequest, method: str) -> HttpResponse:
    """Offer a way to pay, or change its settings."""
    way = method_called(method)
    offered = DuesPaymentOption.objects.filter(method=way.key).first()
    form = _form(request, way, offered)
    merge(request, form)
    if request.method == "POST" and form.is_valid():
        option, _made = DuesPaymentOption.objects.update_or_create(
            method=way.key,
            defaults={"settings": form.cleaned_data},
            create_defaults={"settings": form.cleaned_data, "position": DuesPaymentOption.objects.count()},
        )
        audit.log("dues.payment_changed", option, new={"method": way.key})
        messages.success(request, _("Saved: %(way)s is now available.") % {"way": way.label})
        return redirect("manage:dues_settings")
    status = 422 if form.is_bound else 200
    return show(request, "manage/contributions/payment.html", way=way, form=form, offered=offered, status=status)


def _form(request: UserRequest, way: PaymentMethod, offered: DuesPaymentOption | None) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    known = {"account": request.organisation.bank_account, "holder": request.organisation.name}
    return way.settings_form(data, initial=offered.settings if offered else known)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, method: str) -> HttpResponse:
    offered = get_object_or_404(DuesPaymentOption, method=method)
    way = method_called(method)
    if request.method == "POST":
        audit.log("dues.payment_removed", offered, old={"method": way.key})
        offered.delete()
        messages.success(request, _("%(way)s is no longer available.") % {"way": way.label})
        return redirect("manage:dues_settings")
    return ask(
        request,
        title=_("No longer offer %(way)s?") % {"way": way.label},
        consequences=[_("Its settings are deleted. Payments already started this way can be finished.")],
        button=_("Remove payment method"),
        back=reverse("manage:dues_settings"),
    )
