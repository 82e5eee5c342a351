from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ModelChoiceFilter

from kring.events.models import Attraction, Event
from kring.registrations.models import Registration
from kring.web.manage.filters.base import SearchFilterSet, choice


class RegistrationFilter(SearchFilterSet):
    """Of all events; the attractions to choose from are those of the chosen event."""

    searched = ("attendee_name__icontains", "attendee_email__icontains", "line__order__number__istartswith")

    event = ModelChoiceFilter(
        label=_("Event"), empty_label=_("all"), queryset=Event.objects.only("name", "edition").order_by("-starts_at")
    )
    attraction = ModelChoiceFilter(label=_("Attraction"), empty_label=_("all"), queryset=Attraction.objects.none())
    state = choice(_("State"), Registration.State.choices)

    def __init__(self, data: Any = None, *args: Any, event_pk: int | None = None, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        chosen = event_pk or (data or {}).get("event", "")
        if event_pk:
            del self.filters["event"]
        if str(chosen).isdecimal():
            self.filters["attraction"].queryset = Attraction.objects.filter(event_id=chosen).only("name")
        else:
            del self.filters["attraction"]
