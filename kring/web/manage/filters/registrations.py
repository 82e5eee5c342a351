from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kring.events.models import Attraction, Event
from kring.registrations.models import Registration
from kring.web.manage.filters.base import SearchFilterSet, choice, offer, one_of


class RegistrationFilter(SearchFilterSet):
    """Of all events, or of one; the attractions to choose from are those of the chosen event."""

    searched = ("attendee_name__icontains", "attendee_email__icontains", "line__order__number__istartswith")

    event = one_of(_("Event"))
    attraction = one_of(_("Attraction"))
    state = choice(_("State"), Registration.State.choices)

    def __init__(self, data: Any = None, *args: Any, event_pk: int | None = None, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if event_pk:
            del self.filters["event"]
        else:
            offer(self.filters["event"], Event.objects.only("name", "edition").order_by("-starts_at"))
        chosen = str(event_pk or (data or {}).get("event", ""))
        if chosen.isdecimal():
            offer(self.filters["attraction"], Attraction.objects.filter(event_id=chosen).only("name"))
        else:
            del self.filters["attraction"]
