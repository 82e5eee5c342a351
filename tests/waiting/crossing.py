"""Two acts brought to their worst moment: each has what it takes first, and wants what the other has."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import local
from typing import Any

import psycopg
import pytest

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from tests import database
from tests.places.test_at_once import at_once

# Seconds after which something is wrong: each stops until the other has come, is over, or waits for a lock.
PATIENCE = 60
BLOCKED = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND wait_event_type = 'Lock'
"""


class Crossing:
    """Where two acts stop, each in its own place, until the other has come as far or cannot."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.mine = local()
        self.arrived, self.over = set[int](), set[int]()

    def stop(
        self, number: int, where: Any, name: str, *, after: bool = True, skip: int = 0, others_first: bool = False
    ) -> None:
        """Act `number` stops once, after that function or before it, having gone by `skip` times. `others_first`: the
        other then goes on before it does, as far as it comes."""
        real = getattr(where, name)
        left = [skip]

        def stopping(*args: Any, **kwargs: Any) -> Any:
            if not after:
                self._wait(number, left, others_first)
            done = real(*args, **kwargs)
            if after:
                self._wait(number, left, others_first)
            return done

        self.monkeypatch.setattr(where, name, stopping)

    def _wait(self, number: int, left: list[int], others_first: bool) -> None:
        if getattr(self.mine, "number", None) != number:
            return
        if left[0] > 0:
            left[0] -= 1
            return
        self.mine.number = None
        self.arrived.add(number)
        # Nobody else holds a lock: an act that waits for one waits for this one, and does not come.
        with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
            _until(lambda: 1 - number in self.arrived | self.over or _is_blocked(owner))
            if others_first:
                _until(lambda: 1 - number in self.over or _is_blocked(owner))

    def run(self, *acts: Callable[[], Any]) -> list[str]:
        """Why each could not be done; "" where it was."""

        def one(number: int) -> str:
            self.mine.number = number
            try:
                acts[number]()
            except Refusal as refusal:
                return str(refusal)
            finally:
                self.over.add(number)
            return ""

        return at_once(one, len(acts))


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "The other act neither comes nor ends nor waits for a lock."
        time.sleep(0.01)


def _is_blocked(owner: psycopg.Connection) -> bool:
    return owner.execute(BLOCKED).fetchone() is not None


def in_scope(organisation: Any, act: Callable[[], Any]) -> Callable[[], Any]:
    def within() -> Any:
        with scope(organisation):
            return act()

    return within
