"""Staff's acts on a waiting list: switching it on, adding, moving (W1, W6). Every act is in the log."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.core import jobs
from kring.events.models import Attraction, Event, WaitingList
from kring.events.refusals import as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.waiting import ending, free_places, joining, refusals
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry, WaitingStep


@transaction.atomic
def switch_on(event: Event, *, attractions: Collection[int] | None = None, **rules: object) -> WaitingList:
    """For these attractions (groups), or for the whole event where it is None. `rules`: fields of WaitingList.

    Raises AlreadyOn where that changes nothing, NoEventChosen for no attraction at all, Contradiction.
    """
    if attractions is not None and not attractions:
        raise refusals.NoEventChosen
    free_places.hold_queue(event.pk)
    before = _covered(event)
    wanted = _all(event) if attractions is None else set(attractions) & _all(event)
    if attractions is not None and wanted != set(attractions):
        raise refusals.NoEventChosen
    found = WaitingList.objects.filter(event=event).first()
    if found is not None and found.is_on and before >= wanted and (found.covers_all or attractions is not None):
        raise refusals.AlreadyOn(event=event)
    fields = {"is_on": True, "covers_all": attractions is None, **rules}
    with as_the_database_says(WaitingList):
        if found is None:
            found = WaitingList.objects.create(event=event, **fields)
            audit.log("waiting_list.switched_on", event, new=_as_logged(fields))
        else:
            change(found, "waiting_list.changed", **fields)
    _cover(event, wanted | before)
    jobs.later("waiting.fill", event_id=event.pk)
    return found


@transaction.atomic
def change_list(waiting_list: WaitingList, *, attractions: Collection[int] | None = None, **rules: object) -> None:
    """Its rules, and what it is for (None: the whole event). Those already invited keep their deadline.

    Raises Contradiction, NoEventChosen; StillWaited for an attraction somebody waits for.
    """
    event = waiting_list.event
    if attractions is not None and not attractions:
        raise refusals.NoEventChosen
    free_places.hold_queue(event.pk)
    wanted = _all(event) if attractions is None else set(attractions) & _all(event)
    if still := Attraction.objects.filter(event=event, is_kept=True).exclude(pk__in=wanted).first():
        raise refusals.StillWaited(attraction=still)
    with as_the_database_says(waiting_list):
        change(waiting_list, "waiting_list.changed", covers_all=attractions is None, **rules)
    _cover(event, wanted)
    jobs.later("waiting.fill", event_id=event.pk)


@transaction.atomic
def switch_off(waiting_list: WaitingList) -> int:
    """Nobody joins or is invited any more; all who wait are notified; returns how many. Open invitations stay."""
    event = waiting_list.event
    ended = ending.end(event.pk)
    with as_the_database_says(waiting_list):
        change(waiting_list, "waiting_list.changed", is_on=False)
    _cover(event, set())
    return ended


@transaction.atomic
def add(event: Event, wishes: Collection[int], joiner: Joiner, *, by: User | None, reason: str) -> WaitingEntry:
    """Staff puts somebody at the end of the list, regardless of rules and free places. Raises AlreadyWaiting,
    NothingWished, NoWaitingList, ReasonNeeded."""
    if not reason.strip():
        raise refusals.ReasonNeeded
    waiting_list = free_places.list_of(event)
    wanted = joining.wanted_of(event, list(wishes))
    if strange := next((each for each in wanted if not each.has_waiting_list), None):
        raise refusals.NoWaitingList(what=strange)
    free_places.hold_queue(event.pk)
    entry = joining.enter(waiting_list, wanted, joiner, by=by, reason=reason.strip()[:300])
    audit.log("waiting.added", entry, new={"reason": reason.strip()}, actor=by)
    jobs.later("waiting.fill", event_id=event.pk)
    return entry


@transaction.atomic
def move(entry: WaitingEntry, *, before: WaitingEntry | None, by: User | None, reason: str) -> None:
    """Give the entry the turn just before another's, and that one's class; None: the last of all. With the reason in
    its history. Raises ReasonNeeded, WrongState where either does not wait."""
    if not reason.strip():
        raise refusals.ReasonNeeded
    free_places.hold_queue(entry.event_id)
    old = joining.position_of(entry)
    queue = WaitingEntry.objects.filter(event=entry.event_id).waiting()
    if not queue.filter(pk=entry.pk).exists() or (before and not queue.filter(pk=before.pk).exists()):
        raise refusals.NotInvitable(names=entry.name)
    others = queue.exclude(pk=entry.pk)
    priority, turn = _turn_before(others, before)
    WaitingEntry.objects.filter(pk=entry.pk).update(priority=priority, turn=turn)
    entry.refresh_from_db()
    new = joining.position_of(entry)
    facts = {"from": old, "to": new, "reason": reason.strip()[:300]}
    WaitingStep.objects.create(entry=entry, kind=WaitingStep.Kind.MOVED, by=by, facts=facts)
    audit.log("waiting.moved", entry, old={"position": old}, new={"position": new, "reason": reason}, actor=by)
    jobs.later("waiting.fill", event_id=entry.event_id)


def _turn_before(others: Any, before: WaitingEntry | None) -> tuple[int, Decimal]:
    if before is None:
        # Nobody joins meanwhile: the present time is later than all turns but those that were moved.
        now = Decimal(timezone.now().timestamp())
        last = others.order_by("-priority", "-turn", "-pk").first()
        return (last.priority, max(last.turn + Decimal("1e-6"), now)) if last else (WaitingEntry.Priority.ORDINARY, now)
    before.refresh_from_db()
    same_class = others.filter(priority=before.priority)
    earlier = same_class.filter(models.Q(turn__lt=before.turn) | models.Q(turn=before.turn, pk__lt=before.pk))
    last = earlier.order_by("-turn", "-pk").first()
    if last is None:
        return before.priority, before.turn - 1
    middle = (last.turn + before.turn) / 2
    if not last.turn < middle.quantize(Decimal("1e-15")) < before.turn:
        # So many entries have been put between these two that no number is left: all earlier ones make room.
        WaitingEntry.objects.filter(pk__in=list(earlier.values_list("pk", flat=True))).update(turn=models.F("turn") - 1)
        return before.priority, before.turn - Decimal("0.5")
    return before.priority, middle


def _all(event: Event) -> set[int]:
    """Without those for teams: places that come free one by one are of no use to them."""
    return set(event.attractions.filter(largest_team=None).values_list("pk", flat=True))


def _covered(event: Event) -> set[int]:
    return set(event.attractions.filter(has_waiting_list=True).values_list("pk", flat=True))


def _cover(event: Event, wanted: set[int]) -> None:
    rows = Attraction.objects.filter(event=event)
    rows.filter(pk__in=wanted, has_waiting_list=False).update(has_waiting_list=True)
    rows.exclude(pk__in=wanted).filter(has_waiting_list=True).update(has_waiting_list=False)


def _as_logged(fields: dict[str, object]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, models.Model) else value for name, value in fields.items()}
