"""Who would pay what: facts tried against the rules of an event. Nothing is ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import professions
from kring.accounts.requests import UserRequest
from kring.core.form_fields import MomentField
from kring.core.languages import in_language
from kring.events.models import Attraction, Event, TicketType
from kring.events.pricing import Facts, Quote, Rule, price_list
from kring.events.pricing.asking import ask
from kring.events.pricing.conditions.answer import questions_with_choices
from kring.organisations.current import current_organisation
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.manage.shared.fields import FilterDayField

_ANSWER = "answer_"


class AppliedInWords(NamedTuple):
    name: str
    amount: Decimal


class Result(NamedTuple):
    ticket_type: TicketType
    quote: Quote
    applied: list[AppliedInWords]


class FactsForm(forms.Form):
    """Only the facts that the rules of the event use."""

    attraction = forms.ModelChoiceField(label=_("Registers for"), queryset=Attraction.objects.none(), empty_label=None)
    profession = forms.ChoiceField(
        label=_("Profession"),
        required=False,
        help_text=_("As if it was proved."),
        choices=lambda: [("", "—"), *professions.choices()],
    )
    is_member = forms.BooleanField(
        label=_("Active member"), required=False, help_text=_("By their login, or the link in their own email.")
    )
    birth_date = FilterDayField(label=_("Date of birth"), required=False)
    people = forms.IntegerField(label=_("People in this order"), min_value=1, max_value=1000, initial=1)
    pools = forms.TypedMultipleChoiceField(
        label=_("Among the first"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    codes = forms.TypedMultipleChoiceField(
        label=_("With a code"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    at = MomentField(label=_("Ordered"), required=False, help_text=_("Left empty: now."))

    def __init__(
        self, data: Mapping[str, object] | None, *, attractions: Sequence[Attraction], rules: Iterable[Rule]
    ) -> None:
        super().__init__(data)
        rules = list(rules)
        used = {rule.condition for rule in rules}
        for name, key in (("profession", "profession"), ("is_member", "member"), ("birth_date", "age")):
            if key not in used:
                del self.fields[name]
        for name, key in (("people", "people"), ("pools", "first"), ("codes", "code"), ("at", "dates")):
            if key not in used:
                del self.fields[name]
        self.fields["attraction"].queryset = Attraction.objects.filter(  # type: ignore[attr-defined]
            pk__in=[each.pk for each in attractions]
        )
        for name, key in (("pools", "first"), ("codes", "code")):
            if name in self.fields:
                mine = [(rule.id, in_language(rule.words)) for rule in rules if rule.condition == key]
                self.fields[name].choices = mine  # type: ignore[attr-defined]
        asked = {str(rule.settings["question"]) for rule in rules if rule.condition == "answer"}
        questions = questions_with_choices(list(attractions)) if asked else {}
        for name in sorted(asked & questions.keys()):
            self.fields[f"{_ANSWER}{name}"] = forms.MultipleChoiceField(
                label=questions[name].words,
                choices=[*questions[name].choices.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def facts(self) -> Facts:
        data: Mapping[str, Any] = self.cleaned_data
        zone = current_organisation().zone
        answers = {name.removeprefix(_ANSWER): data[name] for name in data if name.startswith(_ANSWER)}
        return Facts(
            profession=data.get("profession", ""),
            is_member=data.get("is_member", False),
            birth_date=data.get("birth_date"),
            first_day=timezone.localtime(data["attraction"].event.starts_at, zone).date(),
            answers=answers,
            people=data.get("people") or 1,
            pools=frozenset(data.get("pools", ())),
            codes=frozenset(data.get("codes", ())),
        )

    def at_moment(self) -> datetime:
        return self.cleaned_data.get("at") or timezone.now()


@needs("see_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    attractions = list(event.attractions.select_related("event").prefetch_related("ticket_types"))
    rules = price_list.rules_of(event)
    form = FactsForm(request.POST if request.method == "POST" else None, attractions=attractions, rules=rules)
    results = _results(event, form, attractions) if form.is_valid() else []
    return show(
        request,
        "manage/prices/check.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        event=event,
        form=form,
        results=results,
        has_rules=bool(rules),
        back=reverse("manage:prices", args=[event_pk]),
    )


def _results(event: Event, form: FactsForm, attractions: Sequence[Attraction]) -> list[Result]:
    """Of each ticket type of the attraction."""
    chosen = next(each for each in attractions if each.pk == form.cleaned_data["attraction"].pk)
    facts, at = form.facts(), form.at_moment()
    found = []
    for each in chosen.ticket_types.all():
        costs = ask(each, price_list.rules_of(event), facts, at)
        found.append(
            Result(
                each, costs, [AppliedInWords(in_language(applied.words), applied.amount) for applied in costs.applied]
            )
        )
    return found
