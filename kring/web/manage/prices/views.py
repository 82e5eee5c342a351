"""Prices of an event: its rules in words, and how they work together (D2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Event, PriceRule, TicketType
from kring.events.pricing import price_list, ruling
from kring.events.pricing.condition import Condition, Settings
from kring.events.pricing.conditions import condition, condition_of, conditions
from kring.events.pricing.conditions.code import Code
from kring.events.pricing.ruling import RuleWish
from kring.events.pricing.wording import effect_in_words
from kring.web.manage.pages import ask, attempt, carry_out, show
from kring.web.manage.prices.forms import RuleForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


class Line(NamedTuple):
    """A rule in words. `types`: the ticket types it is limited to, and the campaign of its code; `trouble`: why it
    applies to nobody."""

    row: PriceRule
    condition: Condition | None
    effect: str
    types: list[str]
    trouble: str
    is_over: bool


@needs("see_events")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    lines = _lines(event, request.organisation.currency)
    return show(request, "manage/prices/list.html", event=event, lines=lines)


def _lines(event: Event, currency: str) -> list[Line]:
    rows = list(PriceRule.objects.of_event(event).select_related("attraction", "pool"))
    trouble, now = ruling.broken(event, rows), timezone.now()
    limited = {key for row in rows for key in row.ticket_types or ()}
    types = {each.pk: str(each) for each in TicketType.objects.filter(pk__in=limited)} if limited else {}
    campaigns = {each.pk: str(each) for each in event.campaigns.all()} if Code.key in {row.key for row in rows} else {}
    found = []
    for row in rows:
        rule = price_list.as_rule(row)
        known = condition_of(rule)
        named = [types[key] for key in row.ticket_types or () if key in types]
        if name := campaigns.get(row.settings.get("campaign", 0)):
            named.append(name)
        effect = effect_in_words(rule, currency=currency)
        found.append(Line(row, known, effect, named, trouble.get(row.pk, ""), bool(known and known.is_over(now))))
    return found


@needs("change_events")
@require_safe
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    """Choosing a condition: a list with the purpose of each."""
    event = get_object_or_404(Event, pk=event_pk)
    return show(request, "manage/prices/choose.html", event=event, conditions=conditions())


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: UserRequest, event_pk: int, key: str) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)

    def save(form: RuleForm, wish: RuleWish) -> bool:
        ruling.add_rule(event, form.cleaned_data["attraction"], key, wish)
        return True

    # The page of a campaign leads here.
    chosen = {"campaign": request.GET["campaign"]} if "campaign" in request.GET else {}
    return _rule_page(request, event, condition(key), save, chosen, None)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    event, row = _row(event_pk, pk)

    def save(form: RuleForm, wish: RuleWish) -> bool:
        ruling.change_rule(event, row, wish)
        return True

    return _rule_page(request, event, condition(row.key), save, row.settings, row)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    event, row = _row(event_pk, pk)
    back = reverse("manage:prices", args=[event_pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": row}
        return carry_out(request, lambda: ruling.remove_rule(event, row), done, back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": row},
        consequences=[_("It no longer applies to new orders. What has been ordered keeps its price.")],
        button=_("Remove price rule"),
        back=back,
    )


@needs("change_events")
@require_POST
def position(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """One place up or down."""
    event, row = _row(event_pk, pk)
    ruling.move_rule(event, row, up=request.POST.get("to") == "up")
    return redirect("manage:prices", event_pk)


@needs("change_events")
@require_POST
def use(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """Switched on or off."""
    event, row = _row(event_pk, pk)
    is_active = request.POST.get("to") == "on"
    done = _("“%(name)s” is in use.") if is_active else _("“%(name)s” is switched off.")
    back = reverse("manage:prices", args=[event_pk])
    return carry_out(request, lambda: ruling.switch_rule(event, row, on=is_active), done % {"name": row}, back)


def _rule_page(
    request: UserRequest,
    event: Event,
    kind: type[Condition],
    save: Callable[[RuleForm, RuleWish], bool],
    settings: Settings,
    row: PriceRule | None,
) -> HttpResponse:
    # A condition without settings needs a bound form too, or it would never be valid.
    data = request.POST if request.method == "POST" else None
    attractions = list(event.attractions.prefetch_related("ticket_types"))
    form = RuleForm(data, attractions=attractions, rule=row)
    of_condition: forms.Form = kind.form(event, row.attraction if row else None, data, settings)
    if row:
        merge(request, form, of_condition)
    # No short-circuit: all errors show at once.
    is_valid = all([form.is_valid(), of_condition.is_valid()])
    if is_valid and attempt(form, lambda: save(form, form.wish(of_condition.cleaned_data))):
        messages.success(request, _("The price rule has been saved."))
        return redirect("manage:prices", event.pk)
    return show(
        request,
        "manage/prices/form.html",
        status=422 if data is not None else 200,
        event=event,
        condition=kind,
        form=form,
        of_condition=of_condition,
        row=row,
        back=reverse("manage:prices", args=[event.pk]),
    )


def _row(event_pk: int, pk: int) -> tuple[Event, PriceRule]:
    event = get_object_or_404(Event, pk=event_pk)
    return event, get_object_or_404(PriceRule.objects.of_event(event).select_related("attraction", "pool"), pk=pk)
