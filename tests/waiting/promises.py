"""What is true of a waiting list whenever everything due has been done, whatever happened before (W3, W9, W10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from kring.billing import settling
from kring.core.tenancy import scope
from kring.places.models import Claim, Hold, Pool
from kring.registrations.models import Registration
from kring.waiting import ending, inviting
from kring.waiting.diagnosis import why_nobody_is_invited
from kring.waiting.models import Invitation, WaitingEntry
from tests import jobs
from tests.waiting.queueing import fresh


def come_to_rest(organisation: Any) -> None:
    """All that is due is done."""
    with scope(organisation):
        settling.expire_due()
        ending.expire_due()
        ending.end_due()
        inviting.fill_all()
    jobs.work()


def every_place_has_one_owner(parts: Sequence[Any]) -> None:
    for pool in Pool.objects.filter(pk__in=_pools_of(parts)):
        claimed = Claim.objects.filter(pool=pool).aggregate(Sum("quantity"))["quantity__sum"] or 0
        assert pool.taken == claimed <= pool.capacity
    for hold in Hold.objects.filter(released_at=None):
        registrations = Registration.objects.live().filter(hold=hold).count()
        invitations = Invitation.objects.open().filter(hold=hold).count()
        assert (registrations, invitations) in ((1, 0), (0, 1)), (registrations, invitations)


def every_entry_is_in_one_state(parts: Sequence[Any]) -> None:
    for entry in WaitingEntry.objects.all():
        open_ones = Invitation.objects.open().filter(entry=entry).count()
        assert open_ones == (1 if entry.state == "invited" else 0)
    for part in parts:
        waiting = WaitingEntry.objects.waiting().filter(wishes__attraction=part)
        assert fresh(part).is_kept == waiting.exists()


def no_place_is_free_for_which_somebody_waits(parts: Sequence[Any], *, is_strict: bool, patience: int = 0) -> None:
    """Each entry lacks a place for each of its wishes: there is none, or it is kept for an earlier one."""
    pools = {part.pk: _pools_of([part]) for part in parts}
    left = {pool.pk: pool.left for pool in Pool.objects.filter(pk__in=_pools_of(parts))}
    kept: set[int] = set()
    for entry in WaitingEntry.objects.waiting().in_order().prefetch_related("wishes"):
        lacking: set[int] = set()
        for wish in entry.wishes.all():
            short = {pool for pool in pools.get(wish.attraction_id, ()) if pool in kept or left[pool] < entry.party}
            assert short or wish.attraction_id not in pools, (entry, left)
            lacking |= short
        if is_strict or entry.overtaken >= patience:
            kept |= lacking


def it_is_said_why_nobody_is_invited(event: Any) -> None:
    """At rest the next was not invited for a reason, and the diagnosis gives it."""
    if WaitingEntry.objects.waiting().filter(event=event).exists():
        assert {cause.code for cause in why_nobody_is_invited(event)} & {"full", "too_large"}


def _pools_of(parts: Sequence[Any]) -> set[int]:
    return {pool for part in parts for pool in (part.pool_id, part.event.pool_id) if pool is not None}
