"""How full an event is, over all its attractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kring.events.models import Attraction, Event


@dataclass(frozen=True)
class Occupancy:
    """`capacity` None: no limit. `full`: names of attractions that have no place left although the whole has."""

    taken: int
    capacity: int | None
    full: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, event: Event) -> Occupancy:
        """From what is loaded: `pool`, and attractions as by `offering.parts_with_places`. An attendee of two
        attractions counts twice."""
        parts = [(attraction, cls.of_attraction(attraction)) for attraction in event.attractions.all()]
        together = _sum(part.capacity for _attraction, part in parts) if parts else None
        own = event.pool.capacity if event.pool else None
        whole = cls(sum(part.taken for _attraction, part in parts), _tightest(together, own))
        return whole._with(name for attraction, part in parts for name in _names(attraction, part))

    @classmethod
    def of_attraction(cls, attraction: Attraction) -> Occupancy:
        """No more than its ticket types together can give, on sale or not."""
        types = list(attraction.ticket_types.all())
        by_type = _sum(each.pool.capacity if each.pool else None for each in types) if types else None
        whole = cls(attraction.pool.taken, _tightest(by_type, attraction.pool.capacity))
        return whole._with(each.name for each in types if each.is_on_sale and each.pool and each.pool.is_full)

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity

    def _with(self, full: Iterable[str]) -> Occupancy:
        return self if self.is_full else Occupancy(self.taken, self.capacity, list(full))


def _names(attraction: Attraction, part: Occupancy) -> list[str]:
    return [attraction.name] if part.is_full else [f"{attraction} · {name}" for name in part.full]


def _sum(limits: Iterable[int | None]) -> int | None:
    known = list(limits)
    return None if None in known else sum(limit for limit in known if limit is not None)


def _tightest(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)
