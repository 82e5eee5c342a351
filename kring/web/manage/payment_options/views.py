"""The payment methods that an event offers, each with its own settings (P1)."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events import editing_parts
from kring.events.models import Event, PaymentOption
from kring.payments import accounts
from kring.payments.method import PaymentMethod
from kring.payments.methods import method as method_called
from kring.payments.methods import methods
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_events")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    offered = {option.method: option for option in event.payment_options.all()}
    # Those that are only for free orders are added automatically.
    chosen = [
        way for way in methods() if way.is_offered_by_events and way.is_offered_for(Decimal(1), _currency(request))
    ]
    usable = accounts.methods_to_pay_with()
    ways = [(way, offered.get(way.key), way.account_form is None or way.key in usable) for way in chosen]
    attractions = event.attractions.prefetch_related("planned_instalments")
    return show(request, "manage/payment_options/list.html", event=event, ways=ways, attractions=attractions)


@needs("change_payment_options")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def option(request: UserRequest, event_pk: int, method: str) -> HttpResponse:
    """Offer a payment method, or change the settings of one that is offered."""
    event, way = get_object_or_404(Event, pk=event_pk), method_called(method)
    offered = event.payment_options.filter(method=way.key).first()
    form = _settings_form(request, way, offered)
    merge(request, form)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _save(event, way.key, form, offered)):
        messages.success(request, _("Saved: %(way)s is now available.") % {"way": way.label})
        return redirect("manage:payment_options", event.pk)
    return show(
        request,
        "manage/payment_options/form.html",
        status=422 if form.is_bound else 200,
        event=event,
        way=way,
        form=form,
        offered=offered,
    )


@needs("change_payment_options")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, method: str) -> HttpResponse:
    rows = PaymentOption.objects.select_related("event")
    offered = get_object_or_404(rows, event_id=event_pk, method=method)
    way = method_called(method)
    if request.method == "POST":
        editing_parts.withdraw_payment(offered)
        messages.success(request, _("%(way)s is no longer available.") % {"way": way.label})
        return redirect("manage:payment_options", event_pk)
    return ask(
        request,
        title=_("No longer offer %(way)s?") % {"way": way.label},
        consequences=[_("Its settings are deleted. Payments already started this way can be finished.")],
        button=_("Remove payment method"),
        back=reverse("manage:payment_options", args=[event_pk]),
    )


def _currency(request: UserRequest) -> str:
    return request.organisation.currency


def _settings_form(request: UserRequest, way: PaymentMethod, offered: PaymentOption | None) -> forms.Form:
    # A method without settings needs a bound form too, or it would never be valid.
    data = request.POST if request.method == "POST" else None
    organisation = request.organisation
    known = {"account": organisation.bank_account, "holder": organisation.name}
    return way.settings_form(data, initial=offered.settings if offered else known)


def _save(event: Event, method: str, form: forms.Form, offered: PaymentOption | None) -> bool:
    if offered:
        editing_parts.change_payment(offered, form.cleaned_data)
    else:
        editing_parts.offer_payment(event, method, form.cleaned_data)
    return True
