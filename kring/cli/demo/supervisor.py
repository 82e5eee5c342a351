"""The processes of a demo: one that dies is restarted, a stop stops all. On a server that is for systemd to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

STOP_SECONDS = 30
LONGEST_PAUSE = 30.0
# A process that ran this long was healthy: it is restarted at once.
WELL_SECONDS = 10.0


@dataclass
class Child:
    """`arguments` are those of `module`."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: IO[bytes] | None = None
    module: str = "kring"
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    pause: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        self.started_at = time.monotonic()
        # A session of its own: Ctrl-C reaches us only, and we stop them in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *self.arguments],
            env=os.environ | self.environment | {"KRING_PARENT": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def look_after(self, say: Callable[[str], None]) -> None:
        assert self.process is not None
        code = self.process.poll()
        if code is None:
            return
        lived = time.monotonic() - self.started_at
        if self.pause == 0.0:
            self.deaths += 1
            self.pause = 0.5 if lived > WELL_SECONDS else min(LONGEST_PAUSE, 2.0**self.deaths)
            self.deaths = 0 if lived > WELL_SECONDS else self.deaths
            self.started_at = time.monotonic()
            say(f"{self.name} ended (exit code {code}); it starts again in {self.pause:.1f} s.")
        elif lived > self.pause:
            self.pause = 0.0
            self.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        self.stop()
        self.wait(time.monotonic() + STOP_SECONDS)

    def wait(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Kept:
    """A service that is not our child but must run: `start` starts it if needed, and returns whether it had to."""

    name: str
    start: Callable[[], bool]
    pause: float = 1.0
    again_at: float = 0.0

    def look_after(self, say: Callable[[str], None]) -> None:
        if time.monotonic() < self.again_at:
            return
        try:
            started = self.start()
        except Exception as error:
            self.pause = min(LONGEST_PAUSE, 2 * self.pause)
            say(f"{self.name} is gone and does not start ({error}); next try in {self.pause:.0f} s.")
        else:
            self.pause = 1.0
            if started:
                say(f"{self.name} was gone; it runs again.")
        self.again_at = time.monotonic() + self.pause


class Stop:
    """Becomes true on SIGTERM, SIGINT or SIGHUP."""

    def __init__(self) -> None:
        self.is_requested = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.is_requested = True

    def __bool__(self) -> bool:
        return self.is_requested


def supervise(
    children: list[Child],
    *,
    stop: Stop,
    say: Callable[[str], None],
    kept: Sequence[Kept] = (),
    each_turn: Callable[[], None] = lambda: None,
) -> None:
    """Start the children and keep them running until `stop`; then stop them, each with time to finish its work."""
    for child in children:
        if child.process is None:
            child.start()
    try:
        while not stop:
            for service in kept:
                service.look_after(say)
            for child in children:
                child.look_after(say)
            each_turn()
            time.sleep(0.1)
    finally:
        for child in children:
            child.stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.wait(deadline)
