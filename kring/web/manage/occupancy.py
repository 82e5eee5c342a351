"""How full an event is, over all its attractions."""

from __future__ import annotations

from dataclasses import dataclass

from kring.events.models import Event


@dataclass(frozen=True)
class Occupancy:
    """`capacity` None: no limit."""

    taken: int
    capacity: int | None

    @classmethod
    def of(cls, event: Event) -> Occupancy:
        """From what is loaded: `pool` and `attractions__pool`. Who comes to two attractions counts twice."""
        pools = [attraction.pool for attraction in event.attractions.all()]
        taken = sum(pool.taken for pool in pools)
        limits = [pool.capacity for pool in pools]
        together = None if None in limits or not limits else sum(limits)
        own = event.pool.capacity if event.pool else None
        known = [limit for limit in (together, own) if limit is not None]
        return cls(taken, min(known) if known else None)
