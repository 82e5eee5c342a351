"""Finding a ticket at the desk, and taking the difference to the full price (D2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.box_office import differences, kinds, refusals, selling, shifts
from kring.checkin.looking_up import look_up
from kring.core.refusals import Refusal
from kring.registrations.models import Registration
from kring.web.manage.pages import show
from kring.web.manage.registrations.filters import SearchField
from kring.web.manage.rights import needs

MOST_SHOWN = 20


class FindForm(forms.Form):
    q = SearchField(
        label=_("Name, address, order number or code"),
        max_length=200,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "autofocus": True}),
    )


@dataclass(frozen=True)
class FoundTicket:
    registration: Registration
    difference: Decimal


@needs("sell_tickets")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tickets(request: UserRequest, event_pk: int) -> HttpResponse:
    """By POST: names of people stay out of addresses and of the logs of servers."""
    event = get_object_or_404(selling.events_to_sell(), pk=event_pk)
    shift = shifts.open_shift_of(request.user)
    if shift is None:
        messages.error(request, str(refusals.ShiftClosed()))
        return redirect("manage:box_office")
    form, people = FindForm(request.POST or None), None
    if form.is_valid():
        found = look_up(form.cleaned_data["q"], event, limit=MOST_SHOWN).people
        prefetch_related_objects([each.line for each in found], "order")
        people = [FoundTicket(each, _difference(each)) for each in found]
    return show(
        request,
        "manage/box_office/tickets.html",
        status=422 if form.errors else 200,
        selling=event,
        shift=shift,
        form=form,
        people=people,
        kinds=[each for each in kinds.offered() if not each.is_free],
        back=reverse("manage:box_office_event", args=[event_pk]),
    )


def _difference(registration: Registration) -> Decimal:
    is_complete = registration.state == Registration.State.COMPLETED
    return differences.difference_of(registration) if is_complete else Decimal(0)


@needs("sell_tickets")
@require_POST
def difference(request: UserRequest, pk: int) -> HttpResponse:
    registration = get_object_or_404(Registration.objects.select_related("line"), pk=pk)
    shift = shifts.open_shift_of(request.user)
    try:
        if shift is None:
            raise refusals.ShiftClosed
        with transaction.atomic():
            taking = differences.take_difference(
                shift, registration, kind=_number(request, "kind"), seen=_amount(request), by=request.user
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("manage:box_office")
    return redirect("manage:box_office_sale", taking.pk)


def _number(request: UserRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _amount(request: UserRequest) -> Decimal:
    try:
        found = Decimal(request.POST.get("seen", ""))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)
