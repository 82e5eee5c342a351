"""A process that plays many visitors at once: `python -m bench.load` reads its task as JSON and prints what it saw."""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections import Counter
from itertools import count
from typing import Any

from bench import journeys
from bench.wire import Browser

threading.stack_size(262_144)


class Crowd:
    """`clients` visitors, each one thing after the other, until time or number is used up."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.facts: dict[str, Any] = task["facts"]
        self.started = time.monotonic()
        self.deadline = self.started + task["seconds"]
        self._next = count(task.get("first", 0))
        self._last = task.get("first", 0) + task["most"]
        self.outcomes: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.requests = 0
        self._lock = threading.Lock()

    def play(self) -> None:
        threads = [threading.Thread(target=self._one, args=(str(n),)) for n in range(self.task["clients"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.lasted = time.monotonic() - self.started

    def _one(self, client: str) -> None:
        browser = Browser(self.task["port"], self.facts["host"])
        while time.monotonic() < self.deadline and (number := next(self._next)) < self._last:
            began = time.monotonic()
            try:
                outcome = self._act(browser, number, client)
            except (AssertionError, OSError, ValueError) as error:
                outcome = f"FAILED: {error}"[:600]
                browser.close()
                browser = self._anew(browser)
            with self._lock:
                self.outcomes[outcome] += 1
                self.seconds.append(time.monotonic() - began)
        with self._lock:
            self.requests += browser.requests
        browser.close()

    def _anew(self, broken: Browser) -> Browser:
        browser = Browser(broken.port, broken.host)
        browser.requests = broken.requests
        return browser

    def _act(self, browser: Browser, number: int, client: str) -> str:
        match self.task["journey"]:
            case "buy":
                return journeys.buy(browser, self.facts, self.task["event"], f"{self.task['name']}-{number}")
            case "validate":
                return journeys.validate(browser, self.facts, self.facts["codes"][number], f"door {client}")
            case "look":
                return journeys.look(browser, self.facts)
            case "bare":
                return journeys.bare(browser)
            case "list":
                return journeys.list_registrations(browser, self.facts)
            case "open":
                return journeys.list_registrations(browser, self.facts, self.task["path"])
        raise ValueError(self.task["journey"])


def main() -> None:
    crowd = Crowd(json.load(sys.stdin))
    crowd.play()
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = {
        "outcomes": crowd.outcomes,
        "seconds": sorted(crowd.seconds),
        "requests": crowd.requests,
        "lasted": crowd.lasted,
        "cpu": used.ru_utime + used.ru_stime,
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
