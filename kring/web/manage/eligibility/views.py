"""Eligibility for an event: its rules, and a form to try them (V1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events.eligibility import Rule, ruling
from kring.events.eligibility.rules import rule as rule_called
from kring.events.eligibility.rules import rules
from kring.events.models import Attraction, EligibilityRule, Event
from kring.forms import known
from kring.web.manage.eligibility.forms import StageForm
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


class Line(NamedTuple):
    row: EligibilityRule
    rule: Rule | None
    # Questions it needs and no form has, in words.
    unasked: list[str]


class RulesPart(NamedTuple):
    """`attraction` None: what holds for the whole event. `ages`: the sentence of a group's own bounds."""

    attraction: Attraction | None
    lines: list[Line]
    ages: str


@needs("see_events")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    parts = parts_of(event)
    with_rules = any(part.lines or part.ages for part in parts)
    return show(request, "manage/eligibility/list.html", event=event, parts=parts, with_rules=with_rules)


def parts_of(event: Event) -> list[RulesPart]:
    attractions = list(event.attractions.all())
    found, questions = ruling.rules_of_event(event), ruling.FormQuestions(attractions)

    def lines(key: int | None) -> list[Line]:
        return [Line(row, rule, _unasked(questions, rule, key)) for row, rule in found.get(key, [])]

    whole = RulesPart(None, lines(None), "")
    return [whole, *(RulesPart(each, lines(each.pk), _ages(each)) for each in attractions)]


def _unasked(questions: ruling.FormQuestions, rule: Rule | None, key: int | None) -> list[str]:
    missing = questions.missing(rule, key) if rule else []
    return [_(" or ").join(f"“{known.label(name, '')}”" for name in any_of) for any_of in missing]


def _ages(attraction: Attraction) -> str:
    own = ruling.group_ages(attraction)
    return own.sentence() if own else ""


@needs("change_events")
@require_safe
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    """Choosing a rule: a list with the purpose of each."""
    event, attraction = _where(request, event_pk)
    return show(request, "manage/eligibility/choose.html", event=event, attraction=attraction, rules=rules())


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: UserRequest, event_pk: int, key: str) -> HttpResponse:
    event, attraction = _where(request, event_pk)
    rule = rule_called(key)

    def save(settings: dict[str, object], stage: str) -> EligibilityRule:
        return ruling.add_rule(event, attraction, key, settings, stage=stage)

    return _rule_page(request, event, attraction, rule, save, {}, None)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    event, row = _row(event_pk, pk)

    def save(settings: dict[str, object], stage: str) -> bool:
        ruling.change_rule(event, row, settings, stage=stage)
        return True

    return _rule_page(request, event, row.attraction, rule_called(row.key), save, row.settings, row)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    event, row = _row(event_pk, pk)
    if request.method == "POST":
        ruling.remove_rule(event, row)
        messages.success(request, _("The rule has been removed."))
        return redirect("manage:eligibility", event_pk)
    return ask(
        request,
        title=_("Remove the rule “%(rule)s”?") % {"rule": rule_called(row.key).label},
        consequences=[_("Its settings are deleted. It no longer applies to new registrations.")],
        button=_("Remove rule"),
        back=reverse("manage:eligibility", args=[event_pk]),
    )


@needs("change_events")
@require_POST
def position(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """One place up or down."""
    event, row = _row(event_pk, pk)
    ruling.move_rule(event, row, up=request.POST.get("to") == "up")
    return redirect("manage:eligibility", event_pk)


def _rule_page(
    request: UserRequest,
    event: Event,
    attraction: Attraction | None,
    rule: type[Rule],
    save: Callable[[dict[str, Any], str], Any],
    settings: dict[str, object],
    row: EligibilityRule | None,
) -> HttpResponse:
    # A rule without settings needs a bound form too, or it would never be valid.
    data = request.POST if request.method == "POST" else None
    form: forms.Form = rule.settings_form(data, initial=settings)
    stage = StageForm(data, initial={"stage": row.stage} if row else None)
    if row:
        merge(request, form, stage)
    # No short-circuit: all errors show at once.
    is_valid = all([form.is_valid(), stage.is_valid()])
    if is_valid and attempt(form, lambda: save(form.cleaned_data, stage.cleaned_data["stage"])):
        messages.success(request, _("The rule has been saved."))
        return redirect("manage:eligibility", event.pk)
    return show(
        request,
        "manage/eligibility/form.html",
        status=422 if data is not None else 200,
        event=event,
        attraction=attraction,
        rule=rule,
        form=form,
        stage=stage,
        row=row,
    )


def _where(request: UserRequest, event_pk: int) -> tuple[Event, Attraction | None]:
    """The event, and the attraction that the address names; none: the whole event."""
    event = get_object_or_404(Event, pk=event_pk)
    named = request.GET.get("attraction", "")
    if not named:
        return event, None
    return event, get_object_or_404(event.attractions, pk=int(named) if named.isdecimal() and len(named) < 19 else 0)


def _row(event_pk: int, pk: int) -> tuple[Event, EligibilityRule]:
    event = get_object_or_404(Event, pk=event_pk)
    rows = EligibilityRule.objects.select_related("attraction")
    mine = rows.filter(event=event) | rows.filter(attraction__event=event)
    return event, get_object_or_404(mine, pk=pk)
