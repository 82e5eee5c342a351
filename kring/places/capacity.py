"""How many places there are, and how many are free at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from kring.core.integrity_errors import violated_constraint
from kring.places.claiming import OVERSOLD
from kring.places.freeing import notify_freed
from kring.places.models import Claim, Pool
from kring.places.refusals import TooFewPlaces


def set_capacity(pool: Pool, capacity: int | None) -> None:
    """Change how many places there are (None: no limit). Raises TooFewPlaces below what is taken."""
    try:
        with transaction.atomic():
            Pool.objects.filter(pk=pool.pk).update(capacity=capacity)
    except IntegrityError as error:
        if violated_constraint(error) != OVERSOLD:
            raise
        pool.refresh_from_db()
        raise TooFewPlaces(taken=pool.taken) from None
    pool.capacity = capacity
    notify_freed([pool.pk])


def free_places(pools: Iterable[Pool]) -> dict[int, int | None]:
    """Free places by the key of the pool, None without a limit. Places of expired holds count as free.

    Costs a query only when one of the pools seems full.
    """
    free = {pool.pk: pool.left for pool in pools}
    if seem_full := [key for key, left in free.items() if left is not None and left <= 0]:
        dead = Claim.objects.filter(pool_id__in=seem_full, hold__expires_at__lte=timezone.now(), hold__released_at=None)
        for key, quantity in dead.values_list("pool_id").annotate(Sum("quantity")):
            free[key] += quantity
    return free
