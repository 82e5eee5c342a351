"""The door for whoever must know that places came free: the queue, above (W3).

An ordinary call, in the transaction that frees them; whatever is to be done is queued there as a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Hearer = Callable[[set[int]], None]
_hearers: list[Hearer] = []


def when_freed(hearer: Hearer) -> Hearer:
    """`hearer(pool_ids)` is called whenever places in these pools may be free that were not."""
    _hearers.append(hearer)
    return hearer


def say_freed(pool_ids: Iterable[int]) -> None:
    freed = set(pool_ids)
    if freed:
        for hearer in _hearers:
            hearer(freed)
