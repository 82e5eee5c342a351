"""Filters of the list of events: words, kind, place, dates (E8)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.events.models import Event, EventQuerySet

LONGEST_SEARCH = 100
SEARCHED = ("name", "edition", "summary", "location", "address", "description")
_DAY = {"type": "date"}


class FindForm(forms.Form):
    """Sent by GET. An invalid value narrows nothing down, and the field shows why."""

    q = forms.CharField(required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Event.Kind.choices])
    place = forms.ChoiceField(label=_("Place"), required=False)
    after = forms.DateField(
        label=pgettext_lazy("date", "From"), required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d")
    )
    before = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))

    def __init__(self, data: Any, *, events: EventQuerySet) -> None:
        super().__init__(data, prefix=None)
        found = list(events.order_by().values_list("kind", "location").distinct())
        places = sorted({place for _kind, place in found if place}, key=str.casefold)
        self.fields["place"].choices = [("", _("All places")), *((place, place) for place in places)]  # type: ignore[attr-defined]
        # Where there is nothing to choose from, the field is left out.
        if len(places) < 2 and not self.data.get("place"):
            del self.fields["place"]
        if len({kind for kind, _place in found}) < 2 and not self.data.get("kind"):
            del self.fields["kind"]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("after") and data.get("before") and data["before"] < data["after"]:
            self.add_error("before", _("This date is before the first one."))
        return data

    @property
    def words(self) -> list[str]:
        return str(self.data.get("q", ""))[:LONGEST_SEARCH].split()

    @property
    def narrows(self) -> bool:
        """A filter other than the search words is set."""
        return any(self.data.get(name) for name in ("kind", "place", "after", "before"))

    def apply(self, events: EventQuerySet) -> EventQuerySet:
        self.is_valid()
        data = self.cleaned_data
        for word in self.words:
            events = events.filter(_somewhere(word))
        if data.get("kind"):
            events = events.filter(kind=data["kind"])
        if data.get("place"):
            events = events.filter(location=data["place"])
        if data.get("after"):
            events = events.filter(ends_at__gte=_midnight(data["after"]))
        if data.get("before"):
            events = events.filter(starts_at__lte=timezone.make_aware(datetime.combine(data["before"], time.max)))
        return events


def _somewhere(word: str) -> Q:
    """In the text of the card or the description, with or without its accents."""
    found = Q()
    for field in SEARCHED:
        found |= Q(**{f"{field}__unaccent__icontains": word})
    return found


def _midnight(day: date) -> datetime:
    """The first moment of the day in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
