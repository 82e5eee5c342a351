"""The hook for apps above that must be notified of freed places: the waiting list (W3).

An ordinary call, in the transaction that frees them; whatever is to be done is queued there as a job.
"""

from __future__ import annotations

from collections.abc import Iterable

from kring.core.registry import Hooks

# Called with pool ids whenever places in these pools may be free that were not.
when_freed = Hooks[[set[int]], None]("hook for freed places")


def notify_freed(pool_ids: Iterable[int]) -> None:
    freed = set(pool_ids)
    if freed:
        for hook in when_freed:
            hook(freed)
