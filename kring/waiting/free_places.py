"""Where places are free for those who wait, and which queue is notified when places come free (W3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from kring.core import jobs
from kring.core.locks import lock, share
from kring.core.prepared_queries import prepared
from kring.events.copying import Shift, copied_too
from kring.events.models import Attraction, Event, WaitingList
from kring.events.offering import Window, window_of
from kring.places import claiming
from kring.places.freeing import when_freed
from kring.places.models import Pool
from kring.waiting import refusals
from kring.waiting.allocation import AttractionPlaces


@when_freed
def fill_the_queues(pool_ids: set[int]) -> None:
    """A job of the same transaction looks who is next. Also where nobody waits yet: somebody may join just now."""
    touched = Attraction.objects.filter(
        Q(pool__in=pool_ids) | Q(event__pool__in=pool_ids) | Q(ticket_types__pool__in=pool_ids), has_waiting_list=True
    )
    for event_id in sorted(set(touched.values_list("event_id", flat=True))):
        jobs.later("waiting.fill", event_id=event_id)


@copied_too
def copy_list(old: Event, new: Event) -> None:
    """The rules of the list, and nobody in it. Which attractions have one is copied with them."""
    found = WaitingList.objects.filter(event=old).first()
    if found is None:
        return
    found.pk, found._state.adding = None, True
    found.event = new
    if found.ends_at is not None:
        found.ends_at = Shift.between(old, new).of(found.ends_at)
    found.save(force_insert=True)


def queue_name(event_id: int) -> str:
    return f"waiting:{event_id}"


def hold_queue(event_id: int) -> None:
    """Until the end of the transaction nobody else joins, leaves, or is invited. First of all locks.

    The attractions are locked with it: whether somebody waits for them may change, and their rows come before pools.
    """
    lock([queue_name(event_id)])
    list(Attraction.objects.filter(event=event_id).order_by("pk").select_for_update(no_key=True, of=("self",)))


def enter_queue(event_id: int) -> None:
    """Many may join at once, while nobody is being invited: the next run sees everybody who is earlier by the clock."""
    share(queue_name(event_id))


@dataclass(frozen=True)
class FreePlaces:
    """`free`: pool → places that can be given out now, None without a limit."""

    parts: dict[int, AttractionPlaces]
    free: dict[int, int | None]
    attractions: dict[int, Attraction]
    pools: dict[int, Pool]


def list_of(event: Event) -> WaitingList:
    """Raises NoWaitingList."""
    for found in _lists_of(event=event.pk):
        if found.is_on:
            return found
    raise refusals.NoWaitingList(what=event)


@prepared
def _lists_of(event: int) -> QuerySet[WaitingList]:
    """One, or none."""
    return WaitingList.objects.select_related("event__pool").filter(event=event)


def is_inviting(waiting_list: WaitingList) -> bool:
    """Whether the next in the queue may be invited now. Needs `event`."""
    now = timezone.now()
    if not waiting_list.is_on or waiting_list.event.state not in Event.ALIVE:
        return False
    return waiting_list.ends_at is None or waiting_list.ends_at > now


def is_open_for_waiting(waiting_list: WaitingList, attraction: Attraction) -> bool:
    """Its registration is open: before it begins, and after its end, nobody is invited."""
    return is_inviting(waiting_list) and window_of(attraction) == Window.OPEN


def find_free_places(event: Event, waiting_list: WaitingList, *, also: Iterable[int] = ()) -> FreePlaces:
    """What is free in the attractions of this event that have the list on and are open; and in the pools of `also`.

    Nobody takes or frees places there until the end of the transaction. Holds past their time are released first. The
    queue is held already. Locks: holds, pools.
    """

    def held(pools: set[int]) -> list[Pool]:
        if pools:
            claiming.release_expired(pools)
        return claiming.lock(pools)

    return _free_places(event, waiting_list, also, held)


def read_free_places(event: Event, waiting_list: WaitingList) -> FreePlaces:
    """The same at this moment, read-only: nothing is locked or released."""
    return _free_places(event, waiting_list, (), lambda pools: list(Pool.objects.filter(pk__in=pools)))


def _free_places(
    event: Event, waiting_list: WaitingList, also: Iterable[int], read: Callable[[set[int]], list[Pool]]
) -> FreePlaces:
    rows = Attraction.objects.filter(event=event, has_waiting_list=True).prefetch_related("ticket_types").order_by("pk")
    attractions = {each.pk: each for each in rows}
    for each in attractions.values():
        each.event = event
    found = [each for each in attractions.values() if is_open_for_waiting(waiting_list, each)]
    parts = {each.pk: part for each in found if (part := _part(event, each)) is not None}
    pools = {pool for part in parts.values() for pool in (*part.pools, *part.types)}.union(also)
    now = {pool.pk: pool for pool in read(pools)}
    return FreePlaces(parts, {key: pool.left for key, pool in now.items()}, attractions, now)


def _part(event: Event, attraction: Attraction) -> AttractionPlaces | None:
    """None where nothing is sold now."""
    now = timezone.now()
    on_sale = [each for each in attraction.ticket_types.all() if each.is_sold_at(now) and not each.only_with_code]
    if not on_sale:
        return None
    pools = [pool for pool in (event.pool_id, attraction.pool_id) if pool is not None]
    limited: Sequence[int | None] = [each.pool_id for each in on_sale]
    types = [] if None in limited else [pool for pool in limited if pool is not None]
    return AttractionPlaces(attraction.pk, pools, types)
