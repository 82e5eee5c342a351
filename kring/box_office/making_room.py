"""Beyond the places there are: by raising their number, with a reason, in the log (D4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from kring.events.models import Attraction, Event, TicketType
from kring.organisations import audit
from kring.places import claiming
from kring.places.models import Hold, Pool
from kring.places.refusals import SoldOut


def claim_beyond(event: Event, wanted: Sequence[Sequence[Pool]], *, reason: str) -> list[Hold]:
    """As `claiming.claim`, for good. Where too few places are left, all that lack some get so many more.

    Places kept for who waits stay theirs: then there are as many more as are taken.
    """
    try:
        with transaction.atomic():
            return claiming.claim(wanted, expires_at=None)
    except SoldOut:
        _raise(event, Counter(pool.pk for pools in wanted for pool in pools), reason)
    return claiming.claim(wanted, expires_at=None, from_queue=True)


def _raise(event: Event, numbers: Counter[int], reason: str) -> None:
    """The pools stay locked until the caller's commit, so nobody else takes what was added."""
    kept, names, added = _kept_pools(event), _names(event), dict[str, int]()
    for pool in claiming.lock(numbers):
        if pool.capacity is None:
            continue
        missing = numbers[pool.pk] - (0 if pool.pk in kept else pool.capacity - pool.taken)
        if missing > 0:
            added[names.get(pool.pk, str(pool.pk))] = missing
            Pool.objects.filter(pk=pool.pk).update(capacity=F("capacity") + missing)
    audit.log("places.changed", event, new={"added": added, "reason": reason})


def _names(event: Event) -> dict[int, str]:
    found = {event.pool_id: str(event)} if event.pool_id else {}
    found |= {each.pool_id: each.name for each in Attraction.objects.filter(event=event)}
    types = TicketType.objects.filter(attraction__event=event, pool__isnull=False).select_related("attraction")
    return found | {each.pool_id: f"{each.attraction} · {each}" for each in types if each.pool_id}


def _kept_pools(event: Event) -> set[int | None]:
    """Those whose free places are for who waits."""
    attractions = list(Attraction.objects.filter(event=event, is_kept=True))
    types = TicketType.objects.filter(attraction__in=attractions).values_list("pool_id", flat=True)
    return {*types, *(each.pool_id for each in attractions), *([event.pool_id] if attractions else [])}
