"""Taking places and giving them back (architecture §4). Locks: holds before pools, pools in the order of their keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.core.integrity_errors import violated_constraint
from kring.core.tenancy import TenantQuerySet, current_organisation_id
from kring.places.freeing import notify_freed
from kring.places.models import Claim, Hold, Pool
from kring.places.refusals import KeptForQueue, PlacesGone, SoldOut

TRIES = 5
# More than anybody takes between reading a pool and taking from it: with so many free no expired hold is looked for.
PLENTY = 50
# One place in each, or so many of each.
type Places = Sequence[Pool] | Mapping[Pool, int]
OVERSOLD = "pool_never_gives_more_than_it_has"
KEPT = "places_are_kept_for_the_queue"


def claim(wanted: Sequence[Places], *, expires_at: datetime | None, from_queue: bool = False) -> list[Hold]:
    """One hold for each of them, with its places: all of them, or SoldOut and none.

    The pools stay locked until the caller's commit: take places late. Places whose hold has expired count as free: a
    pool that seems full releases them first. Places kept for the waiting list are taken only with
    `from_queue`, by somebody on the list or by staff; anybody else gets KeptForQueue.

    Where places are plenty, two statements and no savepoint: a caller that catches SoldOut rolls back its own block.
    """
    if not _are_scarce(wanted):
        try:
            return _write(wanted, expires_at, from_queue)
        except IntegrityError as error:
            raise _refusal(error, pool_ids={pool.pk for pools in wanted for pool in pools}) from None
    for _try in range(TRIES):
        try:
            return _take(wanted, expires_at, from_queue)
        except KeptForQueue:
            raise
        except SoldOut:
            release_expired({pool.pk for pools in wanted for pool in pools})
            # Free now, released by us or by another a moment before: a third may still be quicker.
            if full := _full(wanted):
                raise SoldOut(full) from None
    raise SoldOut(pool.pk for pools in wanted for pool in pools)


def _are_scarce(wanted: Sequence[Places]) -> bool:
    """As the pools were read a moment ago: so few free that others may take the last ones meanwhile."""
    numbers = _numbers(wanted).items()
    # So many are money: others take as much of it at once.
    return any(pool.left is not None and (number > PLENTY or pool.left < number + PLENTY) for pool, number in numbers)


def _numbers(wanted: Iterable[Places]) -> Counter[Pool]:
    """How many places of each pool in all."""
    found: Counter[Pool] = Counter()
    for places in wanted:
        found.update(places)
    return found


def _take(wanted: Sequence[Places], expires_at: datetime | None, from_queue: bool) -> list[Hold]:
    try:
        with transaction.atomic():
            return _write(wanted, expires_at, from_queue)
    except IntegrityError as error:
        refusal = _refusal(error, pool_ids={pool.pk for pools in wanted for pool in pools})
        if not isinstance(refusal, KeptForQueue):
            refusal = SoldOut(_full(wanted))
        raise refusal from None


def _write(wanted: Sequence[Places], expires_at: datetime | None, from_queue: bool) -> list[Hold]:
    holds = Hold.objects.bulk_create([Hold(expires_at=expires_at, from_queue=from_queue) for _ in wanted])
    claims = [
        Claim(hold=hold, pool=pool, quantity=quantity)
        for hold, pools in zip(holds, wanted, strict=True)
        for pool, quantity in Counter(pools).items()
    ]
    Claim.objects.bulk_create(sorted(claims, key=lambda claim: claim.pool_id))
    return holds


def _refusal(error: IntegrityError, *, pool_ids: Iterable[int]) -> SoldOut:
    """The refusal that a database error means. Raises `error` itself where it means none."""
    constraint = violated_constraint(error)
    if constraint == KEPT:
        return KeptForQueue(pool_ids)
    if constraint != OVERSOLD:
        raise error
    return SoldOut(pool_ids)


def _full(wanted: Sequence[Places]) -> list[int]:
    numbers = {pool.pk: number for pool, number in _numbers(wanted).items()}
    pools = Pool.objects.filter(pk__in=numbers, capacity__isnull=False)
    return [pool.pk for pool in pools if pool.left is not None and pool.left < numbers[pool.pk]]


def add(hold: Hold, pools: Iterable[Pool]) -> None:
    """One more place in each of these pools for a living hold. Raises SoldOut; PlacesGone where it was released."""
    exchange(hold, taken=pools)


def give_back(hold: Hold, pools: Iterable[Pool]) -> None:
    """One place less in each of these pools; places the hold does not have are ignored. Raises PlacesGone."""
    exchange(hold, given=pools)


def exchange(hold: Hold, *, given: Iterable[Pool] = (), taken: Iterable[Pool] = ()) -> None:
    """Give places back and take others instead: all of it, or nothing and SoldOut or PlacesGone.

    The hold's row and the pools stay locked until the caller's commit, the pools in the order of their keys even where
    a place goes back: two people who exchange places wait, but never deadlock.
    """
    # Computed before anything is locked: how many places more or less the hold is to have in each pool.
    change = Counter(pool.pk for pool in taken)
    change.subtract(pool.pk for pool in given)
    change = Counter({pool_id: number for pool_id, number in change.items() if number})
    if not change:
        return None
    for _try in range(TRIES):
        try:
            return _exchange(hold, change)
        except SoldOut as sold_out:
            release_expired(sold_out.pool_ids)
            if full := _full_for(change):
                raise SoldOut(full) from None
    raise SoldOut(change)


def _exchange(hold: Hold, change: Counter[int]) -> None:
    try:
        with transaction.atomic():
            alive = Hold.objects.select_for_update().filter(pk=hold.pk, released_at=None).first()
            if alive is None or (alive.expires_at is not None and alive.expires_at <= timezone.now()):
                raise PlacesGone
            list(Pool.objects.filter(pk__in=change).order_by("pk").select_for_update(no_key=True))
            # A claim is made or given back, never changed: those concerned are made anew.
            claims = Claim.objects.filter(hold=hold, pool_id__in=change)
            had = Counter({claim.pool_id: claim.quantity for claim in claims})
            claims.delete()
            now = {pool_id: had[pool_id] + number for pool_id, number in sorted(change.items())}
            Claim.objects.bulk_create(
                Claim(hold=hold, pool_id=pool_id, quantity=quantity)
                for pool_id, quantity in now.items()
                if quantity > 0
            )
            notify_freed(pool_id for pool_id, number in change.items() if number < 0)
    except IntegrityError as error:
        if violated_constraint(error) != OVERSOLD:
            raise
        raise SoldOut(_full_for(change)) from None


def _full_for(change: Counter[int]) -> list[int]:
    pools = Pool.objects.filter(pk__in=change, capacity__isnull=False)
    return [pool.pk for pool in pools if pool.left is not None and pool.left < change[pool.pk]]


def lock(pools: Iterable[Pool | int]) -> list[Pool]:
    """Before several take places one after the other in one transaction: lock all pools in order, and return them."""
    keys = {pool if isinstance(pool, int) else pool.pk for pool in pools}
    return list(Pool.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)) if keys else []


def release(hold_ids: Iterable[int]) -> int:
    """Give the places back; how many holds did. A hold that was released before is left alone."""
    return _let_go(Hold.objects.filter(pk__in=list(hold_ids)))


def release_expired(pool_ids: Iterable[int]) -> int:
    """Release expired holds in these pools; how many. Waits for others doing the same."""
    in_pools = list(
        Claim.objects.filter(pool_id__in=pool_ids, hold__expires_at__lte=timezone.now()).values_list("hold")
    )
    # Checked again under the lock: a payment may have kept one of them meanwhile.
    return _let_go(Hold.objects.filter(pk__in=[pk for (pk,) in in_pools], expires_at__lte=timezone.now()))


def _let_go(holds: TenantQuerySet) -> int:
    live = holds.filter(released_at=None).order_by("pk").select_for_update()
    mine = [hold.pk for hold in live]
    if mine:
        Hold.objects.filter(pk__in=mine).update(released_at=timezone.now())
        claims = Claim.objects.filter(hold_id__in=mine)
        pools = set(claims.values_list("pool_id", flat=True))
        claims.delete()
        notify_freed(pools)
    return len(mine)


def keep(hold_ids: Iterable[int]) -> bool:
    """Keep the places for good. False, and nothing changed, when any of the holds was released before."""
    ids = sorted(set(hold_ids))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"organisation": current_organisation_id(), "ids": ids, "number": len(ids)})
        return bool(cursor.rowcount == len(ids))


# All of them or none, locked in the order of their keys.
_KEEP = """
WITH alive AS (
    SELECT id FROM places_hold
    WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s) AND released_at IS NULL ORDER BY id FOR UPDATE
)
UPDATE places_hold SET expires_at = NULL
WHERE organisation_id = %(organisation)s AND id IN (SELECT id FROM alive)
    AND (SELECT count(*) FROM alive) = %(number)s
"""


def extend(hold_ids: Iterable[int], until: datetime | None) -> int:
    """Hold them until then; how many of the holds still had their places."""
    return Hold.objects.filter(pk__in=list(hold_ids), released_at=None).update(expires_at=until)
