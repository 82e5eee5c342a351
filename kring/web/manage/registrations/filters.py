"""The filter bar of the organiser's list: basic facts, and one or two fields for each question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core.form_fields import AmountField
from kring.core.searching import Unsearchable, words_of
from kring.events.models import Attraction, Event, TicketType
from kring.forms.models import Question
from kring.payments.methods import methods
from kring.registrations import columns as known
from kring.registrations.columns import Column
from kring.registrations.filtering import OPEN, OVERDUE, AnswerFilter, RegistrationFilter
from kring.registrations.models import Registration
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.fields import FilterDayField

FROM, TO = ".from", ".to"
YES_NO = [("true", _("yes")), ("false", _("no"))]
RANGES = {"number": AmountField, "date": FilterDayField}


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("all")), *choices])


class SearchField(forms.CharField):
    """Its values are text that can be searched."""

    def clean(self, value: object) -> Any:
        cleaned = super().clean(value)
        try:
            words_of(cleaned)
        except Unsearchable as reason:
            raise forms.ValidationError(str(reason))
        return cleaned


class ListForm(forms.Form):
    """An invalid filter finds nobody, and the bar shows why: an act on all found must never be one on everybody."""

    q = SearchField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    event = _choice(_("Event"), [])
    attraction = _choice(_("Attraction"), [])
    ticket_type = _choice(_("Ticket type"), [])
    state = _choice(_("State"), Registration.State.choices)
    order_state = _choice(_("Order"), Order.State.choices)
    method = _choice(_("Payment method"), [])
    instalment = _choice(_("Instalment"), [(OPEN, _("still to be paid")), (OVERDUE, _("overdue"))])
    checked_in = _choice(_("Checked in"), YES_NO)
    since = FilterDayField(label=_("Registered from"), required=False)
    until = FilterDayField(label=_("Registered to"), required=False)

    FIRST = ("q", "event", "attraction", "state")

    def __init__(self, data: Any, *, event: Event | None, columns: Mapping[str, Column]) -> None:
        super().__init__(data)
        self.questions = [column for column in columns.values() if column.question is not None]
        self._offer(event)
        for column in self.questions:
            self._add(column)

    def _offer(self, event: Event | None) -> None:
        offer(self, "method", [("", _("all")), *((each.key, each.label) for each in methods())])
        if event is None:
            events = Event.objects.only("name", "edition").next_first()
            offer(self, "event", [("", _("all")), *((str(each.pk), str(each)) for each in events)])
        else:
            del self.fields["event"]
        chosen = str(event.pk if event else self.data.get("event", ""))
        if not chosen.isdecimal() or len(chosen) > 18:
            del self.fields["attraction"], self.fields["ticket_type"]
            return
        attractions = list(Attraction.objects.filter(event_id=chosen).only("name").order_by("position", "pk"))
        types = TicketType.objects.filter(attraction__event_id=chosen).select_related("attraction")
        offer(self, "attraction", [("", _("all")), *((str(each.pk), each.name) for each in attractions)])
        offer(self, "ticket_type", [("", _("all")), *((str(each.pk), _type(each)) for each in types)])

    def _add(self, column: Column) -> None:
        if made := RANGES.get(column.kind):
            low, high = gettext("%(question)s: from"), gettext("%(question)s: to")
            self.fields[column.key + FROM] = made(label=low % {"question": column.label}, required=False)
            self.fields[column.key + TO] = made(label=high % {"question": column.label}, required=False)
        elif column.kind == "yes_no":
            self.fields[column.key] = _choice(column.label, YES_NO)
        elif column.kind in ("choice", "choices") and column.question:
            self.fields[column.key] = _choice(column.label, known.words_of_choices(column.question))
        else:
            self.fields[column.key] = forms.CharField(label=column.label, required=False, max_length=200)

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that were valid."""
        self.errors  # noqa: B018 - cleans
        return self.cleaned_data

    def wanted(self, keys: list[int] | None) -> RegistrationFilter:
        given = self.chosen
        checked_in = given.get("checked_in")
        return RegistrationFilter(
            keys=keys,
            event=_key(given.get("event")),
            attraction=_key(given.get("attraction")),
            ticket_type=_key(given.get("ticket_type")),
            state=given.get("state") or "",
            order_state=given.get("order_state") or "",
            method=given.get("method") or "",
            instalment=given.get("instalment") or "",
            checked_in=None if not checked_in else checked_in == "true",
            since=given.get("since"),
            until=given.get("until"),
            answers=[wish for column in self.questions if (wish := self._wish(column))],
        )

    def _wish(self, column: Column) -> AnswerFilter | None:
        given, question = self.chosen, column.question
        assert question is not None
        low, high, one = given.get(column.key + FROM), given.get(column.key + TO), given.get(column.key) or ""
        if low is None and high is None and not one:
            return None
        if question.type in (Question.Type.CHOICE, Question.Type.CHOICES, Question.Type.YES_NO, Question.Type.CONSENT):
            return AnswerFilter(question, one_of=(one,))
        return AnswerFilter(question, contains=one, low=low, high=high)


def _type(ticket_type: TicketType) -> str:
    return f"{ticket_type.attraction} · {ticket_type}"


def _key(text: str | None) -> int | None:
    return int(text) if text else None
