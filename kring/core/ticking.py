"""Scheduled work: one query over all organisations finds where it is due, one scope each does it (architecture §3).

An app registers in its `jobs.py` what of its own becomes due:

    @due("registrations.expire", where=lambda: Order.objects.overdue().values_list("organisation_id"))
    def expire() -> int: ...        # in the scope of one organisation; returns how many it did

`where` runs in `platform_scope()`, so it must be a query on a table the platform may read. Doing it again, or in
two processes at once, must change nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kring.core import jobs
from kring.core.registry import Registry
from kring.core.tenancy import platform_scope, scope

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    name: str
    where: Callable[[], Iterable[Any]]
    do: Callable[[], int]


due_work = Registry[Due]("thing due")


class SomethingFailed(Exception):
    """One or more due things failed; all others were done. The log has the reasons."""


def due(name: str, *, where: Callable[[], Iterable[Any]]) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register what `kring tick` does as `name`, in every organisation whose id `where` returns (in rows or plain)."""

    def register(do: Callable[[], int]) -> Callable[[], int]:
        due_work.add(name, Due(name, where, do))
        return do

    return register


def tick() -> dict[str, int]:
    """Do everything that is due now; how many of each. Raises SomethingFailed after trying everything."""
    jobs.names()  # imports the apps' jobs.py
    done: dict[str, int] = {}
    failed: list[str] = []
    for thing in due_work:
        for organisation_id in _organisations(thing):
            try:
                done[thing.name] = done.get(thing.name, 0) + _do(thing, organisation_id)
            except Exception:
                # One organisation's failure must not stop the others.
                log.exception("%s failed in organisation %s", thing.name, organisation_id)
                failed.append(f"{thing.name} in organisation {organisation_id}")
    if failed:
        raise SomethingFailed(", ".join(failed))
    return done


def _organisations(thing: Due) -> list[int]:
    with platform_scope():
        rows = list(thing.where())
    return sorted({row[0] if isinstance(row, tuple) else row for row in rows})


def _do(thing: Due, organisation_id: int) -> int:
    with jobs.surrounded(), scope(organisation_id):
        return thing.do()
