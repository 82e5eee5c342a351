"""Two acts brought to their worst moment: each has what it takes first, and wants what the other has."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, BrokenBarrierError, local
from time import sleep
from typing import Any

import pytest

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from tests.places.test_at_once import at_once

# A transaction that waits for a lock does not arrive: then the other goes on alone.
PATIENCE = 1.0


class Crossing:
    """Where two acts stop, each in its own place, until the other has come as far or cannot."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.barrier = Barrier(2)
        self.mine = local()

    def stop(
        self,
        number: int,
        where: Any,
        name: str,
        *,
        after: bool = True,
        skip: int = 0,
        others_first: bool = False,
        surely: bool = False,
    ) -> None:
        """Act `number` stops once, after that function or before it, having gone by `skip` times. `others_first`: the
        other then goes on a little before it does. `surely`: the other comes, for nothing is in its way."""
        patience = 30 * PATIENCE if surely else PATIENCE
        real = getattr(where, name)
        left = [skip]

        def stopping(*args: Any, **kwargs: Any) -> Any:
            if not after:
                self._wait(number, left, patience, others_first)
            done = real(*args, **kwargs)
            if after:
                self._wait(number, left, patience, others_first)
            return done

        self.monkeypatch.setattr(where, name, stopping)

    def _wait(self, number: int, left: list[int], patience: float, others_first: bool) -> None:
        if getattr(self.mine, "number", None) != number:
            return
        if left[0] > 0:
            left[0] -= 1
            return
        self.mine.number = None
        try:
            self.barrier.wait(timeout=patience)
        except BrokenBarrierError:
            return
        if others_first:
            sleep(PATIENCE / 2)

    def run(self, *acts: Callable[[], Any]) -> list[str]:
        """Why each could not be done; "" where it was."""

        def one(number: int) -> str:
            self.mine.number = number
            try:
                acts[number]()
            except Refusal as refusal:
                return str(refusal)
            return ""

        return at_once(one, len(acts))


def in_scope(organisation: Any, act: Callable[[], Any]) -> Callable[[], Any]:
    def within() -> Any:
        with scope(organisation):
            return act()

    return within
