"""The output of `kring demo`: where to go and how to log in, and then its progress with filling in people."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
import webbrowser

import psycopg

from kring.cli.home import HOST, Home

STEP = """
SELECT (args->>'step')::int, (args->>'of')::int, status = 'failed' FROM procrastinate_jobs
WHERE task_name = 'demo.fill' AND status IN ('todo', 'doing', 'failed')
"""


def say(text: str) -> None:
    print(text, flush=True)


class Announcement:
    """Prints once, when all processes answer, where to go and how to log in."""

    def __init__(self, home: Home, address: str, port: int, browser: bool) -> None:
        self.home = home
        self.address = address
        self.port = port
        self.browser = browser
        self.was_made = False
        self.asked_at = 0.0

    def __call__(self) -> None:
        if self.was_made or time.monotonic() - self.asked_at < 0.2:
            return
        self.asked_at = time.monotonic()
        if not self._all_answers():
            return
        self.was_made = True
        say(_table(json.loads(self.home.directory.read_text())))
        say(f"Kring is ready: http://{HOST}:{self.port}/   (Ctrl-C stops it; log: {self.home.log})")
        if self.browser and sys.stdout.isatty() and _has_screen():
            webbrowser.open(f"http://{HOST}:{self.port}/")

    def _all_answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class Filling:
    """Prints how far the worker is with the demo's people: each step is a job that queues the next one."""

    SECONDS = 1.0

    def __init__(self, database: str) -> None:
        self.database = database
        self.asked_at = 0.0
        self.step = 0
        self.is_over = False

    def __call__(self) -> None:
        if self.is_over or time.monotonic() - self.asked_at < self.SECONDS:
            return
        self.asked_at = time.monotonic()
        try:
            with psycopg.connect(self.database, connect_timeout=2) as connection:
                found = connection.execute(STEP).fetchone()
        except psycopg.Error:
            # It may be restarting.
            return
        step, of, has_failed = found or (0, 0, False)
        self.is_over = not step or has_failed
        if has_failed:
            say(f"No more people come: step {step} of {of} failed. The log says why.")
        elif step and step != self.step:
            say(f"People are coming: {step} of {of} …")
        elif self.step and not step:
            say("All people of the demo are there.")
        self.step = step


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _table(directory: dict) -> str:
    sites = [(entry["name"], entry["url"], "") for entry in directory["organisations"]]
    logins = [
        (f"{entry['role']} ({entry['organisation'] or 'Kring'})", entry["email"], entry["password"])
        for entry in directory["logins"]
    ]
    rows = [("Site", "Address", ""), *sites, ("", "", ""), ("Login", "Email", "Password"), *logins]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
