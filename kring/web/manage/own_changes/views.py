"""What participants of one event may change by themselves, and what goes back of cancelled tickets (R6)."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.events import own_changes as changes
from kring.events import refund_terms
from kring.events.models import Event, TicketType
from kring.web.manage.own_changes.forms import OwnChangesForm
from kring.web.manage.own_changes.terms_form import TermsForm
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def own_changes(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    form = OwnChangesForm(request.POST or None, event=copy(event))
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: changes.allow(event, **form.cleaned_data)):
        messages.success(request, _("Saved: this is what participants may change."))
        return redirect("manage:own_changes", event_pk)
    status = 422 if form.is_bound else 200
    terms, currency = refund_terms.terms_of(event), request.organisation.currency
    types = TicketType.objects.filter(attraction__event=event).select_related("attraction")
    return show(
        request,
        "manage/own_changes/form.html",
        status=status,
        event=event,
        form=form,
        terms=refund_terms.in_words(terms.general, currency),
        types=[
            (each, refund_terms.in_words(terms.by_type[each.pk], currency) if each.pk in terms.by_type else [])
            for each in types.order_by("attraction__position", "attraction_id", "position", "pk")
        ],
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def terms(request: UserRequest, event_pk: int) -> HttpResponse:
    return _terms_page(request, get_object_or_404(Event, pk=event_pk))


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def terms_of_type(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    types = TicketType.objects.select_related("attraction__event")
    ticket_type = get_object_or_404(types, pk=pk, attraction__event=event_pk)
    return _terms_page(request, ticket_type.attraction.event, ticket_type)


def _terms_page(request: UserRequest, event: Event, ticket_type: TicketType | None = None) -> HttpResponse:
    found, currency = refund_terms.terms_of(event), request.organisation.currency
    present = found.by_type.get(ticket_type.pk, refund_terms.Terms()) if ticket_type else found.general
    form = TermsForm(request.POST or None, event=event, terms=present, currency=currency)
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: refund_terms.agree(event, form.rows, ticket_type=ticket_type)):
        messages.success(request, _("The refund terms have been saved."))
        return redirect("manage:own_changes", event.pk)
    return show(
        request,
        "manage/own_changes/terms.html",
        status=422 if form.is_bound else 200,
        event=event,
        ticket_type=ticket_type,
        form=form,
        general=refund_terms.in_words(found.general, currency),
    )
