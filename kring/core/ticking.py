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
from kring.core.registry import Hooks, Registry
from kring.core.tenancy import platform_scope, scope

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    name: str
    where: Callable[[], Iterable[Any]]
    do: Callable[[], int]
    # Also where `leaves_alone` says that nothing else is done.
    even_so: bool = False


# Organisations for which nothing is done any more; called in `platform_scope()`.
leaves_alone = Hooks[[], Iterable[int]]("organisations that nothing is done for")
due_work = Registry[Due]("thing due")


class SomethingFailed(Exception):
    """One or more due things failed; all others were done. The log has the reasons."""


def due(
    name: str, *, where: Callable[[], Iterable[Any]], even_so: bool = False
) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register what `kring tick` does as `name`, in every organisation whose id `where` returns (in rows or plain)."""

    def register(do: Callable[[], int]) -> Callable[[], int]:
        due_work.add(name, Due(name, where, do, even_so))
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
        alone = set() if thing.even_so or not rows else {pk for found in leaves_alone for pk in found()}
    return sorted({row[0] if isinstance(row, tuple) else row for row in rows} - alone)


def _do(thing: Due, organisation_id: int) -> int:
    with jobs.surrounded(), scope(organisation_id):
        return thing.do()
