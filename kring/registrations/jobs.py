"""What registrations do later."""

from __future__ import annotations

from kring.core.jobs import job
from kring.events.models import Event
from kring.registrations import calling_off


@job("registrations.tell_of_calling_off", tries_again_after=(5, 60, 600))
def tell_of_calling_off(event_id: int) -> None:
    calling_off.tell(Event.objects.select_related("created_by").get(pk=event_id))
