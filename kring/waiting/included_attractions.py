"""Adding an attraction to its event's waiting list, or removing it, from its own form (W1)."""

from __future__ import annotations

from django.db import transaction

from kring.events.models import Attraction, WaitingList
from kring.waiting import managing, refusals


@transaction.atomic
def cover(attraction: Attraction, *, wanted: bool) -> None:
    """Add or remove it; the event's list is switched on with its first attraction and off with its last.

    Raises StillWaited where somebody waits for it.
    """
    attraction.refresh_from_db(fields=["has_waiting_list", "is_kept"])
    if attraction.has_waiting_list == wanted:
        return
    event = attraction.event
    if wanted:
        managing.switch_on(event, attractions=[attraction.pk])
        return
    if attraction.is_kept:
        raise refusals.StillWaited(attraction=attraction)
    waiting_list = WaitingList.objects.select_related("event").get(event=event)
    others = event.attractions.filter(has_waiting_list=True).exclude(pk=attraction.pk)
    if left := list(others.values_list("pk", flat=True)):
        managing.change_list(waiting_list, attractions=left)
    else:
        managing.switch_off(waiting_list)
