"""Free places become invitations: one verb for every kind of gap (W3), and staff's own choice (W6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kring.accounts.models import User
from kring.core.query_plans import plan_anew
from kring.events.models import Attraction, Event, WaitingList
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.places import capacity, claiming
from kring.places.models import Pool
from kring.waiting import free_places, mails, paid_late, promoting, refusals
from kring.waiting.allocation import Dealt, Party, Turn, deal
from kring.waiting.models import Invitation, WaitingEntry, WaitingEntryQuerySet, WaitingStep, WaitingWish


@transaction.atomic
def fill(event_id: int) -> int:
    """Invite the next in the queue, as many as there are free places for, and reserve those places; returns how many.

    Repeated, or twice at once: nothing more happens. Two statements where nobody waits; else a number that does not
    grow with how many are invited.
    """
    if not Attraction.objects.filter(event=event_id, is_kept=True).exists():
        return 0
    free_places.hold_queue(event_id)
    lists = WaitingList.objects.select_related("event__pool").annotate(has_paid=paid_late.SOMEBODY_HAS_PAID)
    waiting_list: Any = lists.filter(event=event_id).first()
    if waiting_list is None or not free_places.is_inviting(waiting_list) or not may_invite(current_organisation()):
        return 0
    needs = paid_late.needs_of(WaitingEntry.objects.filter(event=event_id).waiting()) if waiting_list.has_paid else {}
    found = free_places.find_free_places(waiting_list.event, waiting_list, also=_pools(needs))
    if not any(_room(found, part) for part in found.parts):
        return 0
    queue = _queue(event_id, needs)
    is_strict = waiting_list.policy == WaitingList.Policy.STRICT
    dealt = deal(queue, found.parts, found.free, is_strict=is_strict, patience=waiting_list.patience)
    _note_overtaken(dealt)
    return len(_invite(waiting_list, found, dealt.turns))


def may_invite(organisation: Organisation) -> bool:
    """Nobody can use an invitation to a site that is blocked."""
    return organisation.status == Organisation.Status.ACTIVE


def _room(found: free_places.FreePlaces, attraction_id: int) -> bool:
    part = found.parts[attraction_id]
    return all(found.free[pool] is None or (found.free[pool] or 0) > 0 for pool in part.pools)


def _pools(needs: paid_late.Needs) -> set[int]:
    return {pool for places in needs.values() for pool in places}


def _queue(event_id: int, needs: paid_late.Needs) -> list[Party]:
    wishes: dict[int, list[int]] = {}
    of_entries = WaitingWish.objects.filter(entry__event=event_id, entry__state=WaitingEntry.State.WAITING).order_by(
        "rank"
    )
    for entry, attraction in of_entries.values_list("entry_id", "attraction_id"):
        wishes.setdefault(entry, []).append(attraction)
    rows = WaitingEntry.objects.filter(event=event_id).waiting().in_order().values_list("pk", "party", "overtaken")
    return [Party(pk, size, wishes.get(pk, ()), overtaken, needs.get(pk, {})) for pk, size, overtaken in rows]


def _note_overtaken(dealt: Dealt) -> None:
    """Entries overtaken for the first time get an email; their page shows how often it may still happen."""
    if not dealt.overtaken:
        return
    before = dict(WaitingEntry.objects.filter(pk__in=dealt.overtaken).values_list("pk", "overtaken"))
    served = {turn.party.entry for turn in dealt.turns}
    for times in sorted(set(dealt.overtaken.values())):
        entries = [entry for entry, number in dealt.overtaken.items() if number == times]
        WaitingEntry.objects.filter(pk__in=entries).update(overtaken=times)
    passed = [entry for entry in dealt.overtaken if entry not in served]
    WaitingStep.objects.bulk_create(
        WaitingStep(entry_id=entry, kind=WaitingStep.Kind.OVERTAKEN, facts={"times": dealt.overtaken[entry]})
        for entry in passed
    )
    first_time = [entry for entry in passed if not before[entry]]
    mails.send_overtaken(list(WaitingEntry.objects.filter(pk__in=first_time).select_related("event")))


def _invite(
    waiting_list: WaitingList, found: free_places.FreePlaces, turns: Sequence[Turn], *, by: User | None = None
) -> list[Invitation]:
    """Places, rows, log and mails for all of them; who can be registered at once is. The pools are locked."""
    if not turns:
        return []
    plan_anew(len(turns))
    invitations = _made_out(waiting_list, found, turns, by=by)
    paid, unpaid = paid_late.tell_apart(invitations)
    plain, invited = promoting.tell_apart(waiting_list, unpaid)
    # The mails first: so the invitations are inserted with the keys of theirs.
    mails.write_invitations(invited)
    Invitation.objects.bulk_create(invitations)
    paid_late.complete(paid)
    promoting.promote(plain)
    _note_invited(invitations, by=by)
    return invitations


def _made_out(
    waiting_list: WaitingList, found: free_places.FreePlaces, turns: Sequence[Turn], *, by: User | None
) -> list[Invitation]:
    """With places that are claimed; the invitations themselves are not in the database yet."""
    now = timezone.now()
    deadline = deadline_of(waiting_list, now)
    holds = claiming.claim(
        [[found.pools[pool] for pool, number in turn.places.items() for _ in range(number)] for turn in turns],
        expires_at=deadline,
        from_queue=True,
    )
    entries = WaitingEntry.objects.in_bulk([turn.party.entry for turn in turns])
    for entry in entries.values():
        entry.event = waiting_list.event
    return [
        Invitation(
            entry=entries[turn.party.entry],
            attraction=found.attractions[turn.attraction],
            places=turn.party.size,
            hold=hold,
            created_at=now,
            expires_at=deadline,
            remind_at=_remind_at(waiting_list, deadline, now),
            invited_by=by,
        )
        for turn, hold in zip(turns, holds, strict=True)
    ]


def _note_invited(invitations: Sequence[Invitation], *, by: User | None) -> None:
    now = invitations[0].created_at
    entries = [each.entry for each in invitations]
    invitable = WaitingEntry.objects.filter(
        pk__in=[entry.pk for entry in entries], state__in=WaitingEntry.MAY_BE_INVITED
    )
    invitable.update(state=WaitingEntry.State.INVITED, changed_at=now, reason="")
    for entry in entries:
        entry.state = WaitingEntry.State.INVITED
    WaitingStep.objects.bulk_create(
        WaitingStep(
            entry=each.entry,
            kind=WaitingStep.Kind.INVITED,
            at=now,
            by=by,
            facts={"attraction": each.attraction.name, "deadline": each.expires_at.isoformat(), "places": each.places},
        )
        for each in invitations
    )


def deadline_of(waiting_list: WaitingList, now: datetime) -> datetime:
    """So many hours from now; not beyond the beginning of the event, or its end where it has begun or is a period."""
    event = waiting_list.event
    latest = event.ends_at if event.is_period or now >= event.starts_at else event.starts_at
    return min(now + timedelta(hours=waiting_list.hours), latest)


def _remind_at(waiting_list: WaitingList, deadline: datetime, now: datetime) -> datetime | None:
    """None where it would come with the invitation, or before it."""
    if waiting_list.remind_hours is None:
        return None
    moment = deadline - timedelta(hours=waiting_list.remind_hours)
    return moment if moment > now else None


@dataclass(frozen=True)
class InvitingResult:
    """`added`: by how many places each attraction (or "" for the whole event) was enlarged."""

    invitations: list[Invitation]
    added: dict[str, int]


@transaction.atomic
def invite_selected(
    event: Event, entry_ids: Sequence[int], *, by: User | None, may_add_places: bool = False
) -> InvitingResult:
    """Staff invites these, regardless of order and of places that others wait for.

    Each to their first wish with a free place, else to their first one. Where that needs more places than there are:
    TooFewFree with how many, or with `may_add_places` so many are added. Raises NobodySelected, NotInvitable,
    ListEnded.
    """
    if not entry_ids:
        raise refusals.NobodySelected
    free_places.hold_queue(event.pk)
    waiting_list = free_places.list_of(event)
    if not free_places.is_inviting(waiting_list):
        raise refusals.ListEnded(what=event)
    needs = paid_late.needs_of(WaitingEntry.objects.filter(event=event, pk__in=entry_ids))
    found = free_places.find_free_places(event, waiting_list, also=_pools(needs))
    entries = list(_selected(event, entry_ids).select_for_update(of=("self",)).in_order())
    if len(entries) < len(set(entry_ids)):
        raise refusals.NobodySelected
    if strange := _not_invitable(entries):
        raise refusals.NotInvitable(names=", ".join(strange))
    turns, lacking = _turns_of(entries, found, needs)
    if beyond := lacking.keys() - _names(event, found).keys():
        # Places of a session or of a choice that is full: they are not raised from here.
        names = (turn.party.entry for turn in turns if beyond & turn.places.keys())
        raise refusals.NotInvitable(names=", ".join(each.name for each in entries if each.pk in set(names)))
    if lacking and not may_add_places:
        raise refusals.TooFewFree(_by_name(event, found, lacking))
    for pool in Pool.objects.filter(pk__in=lacking).order_by("pk"):
        capacity.set_capacity(pool, (pool.capacity or 0) + lacking[pool.pk])
    added = _by_name(event, found, lacking)
    if added:
        audit.log("places.changed", event, new={"added": added})
    invitations = _invite(waiting_list, found, turns, by=by)
    audit.log("waiting.invited", event, new={"entries": [each.name for each in entries], "added": added}, actor=by)
    return InvitingResult(invitations, added)


def _selected(event: Event, entry_ids: Sequence[int]) -> WaitingEntryQuerySet:
    found: WaitingEntryQuerySet = WaitingEntry.objects.filter(event=event, pk__in=entry_ids).prefetch_related("wishes")
    return found


def _not_invitable(entries: Sequence[WaitingEntry]) -> list[str]:
    """Their names. Also who waits or is invited by a newer entry, or is among these twice."""
    live = WaitingEntry.objects.live().filter(event__in={each.event_id for each in entries})
    seen = {(email, who): pk for pk, email, who in live.values_list("pk", "email", "who")}
    strange = []
    for each in entries:
        other = seen.setdefault((each.email, each.who), each.pk)
        if each.state not in WaitingEntry.MAY_BE_INVITED or other != each.pk:
            strange.append(each.name)
    return strange


def _turns_of(
    entries: Sequence[WaitingEntry], found: free_places.FreePlaces, needs: paid_late.Needs
) -> tuple[list[Turn], Counter[int]]:
    """What each gets, and how many places are lacking by pool."""
    free = dict(found.free)
    lacking: Counter[int] = Counter()
    turns = []
    for entry in entries:
        parts = [found.parts[wish.attraction_id] for wish in entry.wishes.all() if wish.attraction_id in found.parts]
        if not parts:
            raise refusals.NotInvitable(names=entry.name)
        part = next((each for each in parts if all(_has(free[pool], entry.party) for pool in each.pools)), parts[0])
        places = dict(needs.get(entry.pk, {})) or dict.fromkeys(part.pools, entry.party)
        if part.types and entry.pk not in needs:
            places[max(part.types, key=lambda pool: free[pool] or 0)] = entry.party
        for pool, number in places.items():
            left = free[pool]
            if left is None:
                continue
            lacking[pool] += max(number - left, 0)
            free[pool] = max(left - number, 0)
        wishes = [wish.attraction_id for wish in entry.wishes.all()]
        turns.append(Turn(Party(entry.pk, entry.party, wishes), part.attraction, places))
    return turns, +lacking


def _has(left: int | None, size: int) -> bool:
    return left is None or left >= size


def _by_name(event: Event, found: free_places.FreePlaces, lacking: Counter[int]) -> dict[str, int]:
    names = _names(event, found)
    return {names[pool]: number for pool, number in lacking.items()}


def _names(event: Event, found: free_places.FreePlaces) -> dict[int | None, str]:
    """Of the pools that staff may enlarge here."""
    names: dict[int | None, str] = {each.pool_id: each.name for each in found.attractions.values()}
    names |= {each.pool_id: each.name for every in found.attractions.values() for each in every.ticket_types.all()}
    return names | ({event.pool_id: str(event)} if event.pool_id else {})


@transaction.atomic
def send_again(invitation: Invitation) -> None:
    """The mail once more, with a link that still works. Raises InvitationOver."""
    if invitation.state != Invitation.State.OPEN or invitation.is_over_by_the_clock:
        raise refusals.InvitationOver(state=invitation.get_state_display())
    mails.send_invitations([invitation])
    audit.log("waiting.sent_again", invitation.entry, new={"address": invitation.entry.email})


def due() -> QuerySet:
    """Organisations where somebody waits: run each minute, in case a job was lost."""
    return Attraction.objects.filter(is_kept=True).values_list("organisation_id").distinct()


def fill_all() -> int:
    """Every queue of this organisation; how many were invited."""
    events = Attraction.objects.filter(is_kept=True).order_by("event").values_list("event", flat=True).distinct()
    return sum(fill(event_id) for event_id in list(events))
