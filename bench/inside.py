# ruff: noqa: E402 (Django must be set up before its models are imported)
"""The five requests of an order in one process, without a network between: `python -m bench.inside` reads what the
journeys need as JSON, and prints what each request costs.

What else the machine does disturbs this least: the least CPU of many rounds, of this thread and of its connection's
process of the database; and how many functions Python calls, which is the same on any machine.
"""

from __future__ import annotations

import cProfile
import io
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.db import connection

from bench import journeys
from bench.wire import Answer, Browser
from kring.cli import front
from kring.wsgi import application

WARM, ROUNDS = 30, 90
REQUESTS = ("event page", "choosing", "attendees", "sending", "ticket")


class Inside(Browser):
    """A browser in the server's own process."""

    def __init__(self, host: str) -> None:
        super().__init__(0, host)
        self.costs: list[int] = []

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        sent = {"Host": self.host, "Accept-Language": "en"} | headers
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            sent["Content-Length"] = str(len(body))
        began = time.thread_time_ns()
        answer = _answered(method, path, sent, body)
        self.costs.append(time.thread_time_ns() - began)
        return self._took(answer)

    def _took(self, answer: Any) -> Answer:
        location = ""
        for name, value in answer.headers:
            if name.lower() == "location":
                location = value
            elif name.lower() == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
        with answer.body as body:
            body.seek(0)
            return Answer(answer.status, location, body.read())


def _answered(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
    """What `cli/front.py` does between the network and Django."""
    path, _mark, query = path.partition("?")
    asked = {"method": method, "path": path, "query_string": query, "headers": headers}
    server = {"server": "127.0.0.1:80", "client": "127.0.0.1:50000", "scheme": "http", "http_version": "1.1"}
    environ = front._environ(SimpleNamespace(**asked, **server))
    return front._answer(application, environ | {"wsgi.input": io.BytesIO(body)})


def measure(facts: dict[str, Any]) -> dict[str, Any]:
    browser = Inside(facts["host"])

    def buy(who: str) -> list[int]:
        browser.costs = []
        journeys.buy(browser, facts, "orders", f"inside-{who}")
        return browser.costs

    for number in range(WARM):
        buy(f"warm-{number}")
    database = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    python, of_database = [], []
    for number in range(ROUNDS):
        before = _cpu(database)
        python.append(buy(str(number)))
        of_database.append(_cpu(database) - before)
    with cProfile.Profile() as profile:
        buy("counted")
    calls = sum(entry.callcount for entry in profile.getstats())
    return {"python": [min(each) for each in zip(*python, strict=True)], "database": min(of_database), "calls": calls}


def _cpu(schedstat: Path) -> int:
    """Nanoseconds."""
    return int(schedstat.read_text().split()[0])


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
