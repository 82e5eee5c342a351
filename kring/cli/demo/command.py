"""`kring demo`: everything running on this machine, with three organisations to look at."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import webbrowser
from contextlib import ExitStack
from pathlib import Path

import psycopg

from kring.cli.demo.supervisor import Child, Kept, Stop, supervise
from kring.cli.home import HOST, Home
from kring.cli.serve import check_port
from kring.cli.trouble import Trouble
from kring.embedded.system_user import server_user

ADDRESS = "127.0.0.1"
WEB_WORKERS = "2"
STEP = """
SELECT (args->>'step')::int, (args->>'of')::int, status = 'failed' FROM procrastinate_jobs
WHERE task_name = 'demo.fill' AND status IN ('todo', 'doing', 'failed')
"""


def demo(folder: Path, port: int, *, fresh: bool, browser: bool) -> int:
    """Until Ctrl-C or SIGTERM. Raises Trouble where port or folder do not fit."""
    check_port(ADDRESS, port)
    home = Home(folder.resolve())
    home.open()
    with ExitStack() as stack:
        stack.enter_context(home.alone())
        if fresh:
            home.clear()
        # While it prepares, a stop may come at any moment; afterwards the supervisor chooses the moment.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        kept = []
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(home.database())
            _say(f"PostgreSQL runs in {home.server.folder} as the user {server_user().pw_name}.")
            kept.append(Kept("PostgreSQL", home.server.keep_running))
        environment = home.environment(port)
        log = stack.enter_context(home.log.open("ab"))
        _prepare(home, environment, port)
        listen = ["--host", ADDRESS, "--port", str(port), "--workers", WEB_WORKERS]
        children = [
            Child("The web server", ["serve", *listen], environment, log),
            Child("The worker", ["worker"], environment, log),
        ]
        announcement, filling = _Announcement(home, port, browser), _Filling(environment["DATABASE_URL"])

        def each_turn() -> None:
            announcement()
            if announcement.said:
                filling()

        supervise(children, stop=Stop(), say=_say, kept=kept, each_turn=each_turn)
        _say("Stopped.")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


def _prepare(home: Home, environment: dict[str, str], port: int) -> None:
    """Migrations, translations, static files, and the demo's data where there is none."""
    migrating, building = _start(environment, "migrate"), _start(environment, "build")
    _finish(migrating, "kring migrate")
    _finish(building, "kring build")
    if _is_empty(environment["DATABASE_URL"]):
        _say("Making three organisations to look at …")
        _finish(_start(environment, "manage", "load_demo"), "kring manage load_demo")
    if not home.directory.exists():
        raise Trouble(f"{home.directory} is gone, and with it the logins. Begin again with --fresh.")
    _move_addresses(home.directory, f"{HOST}:{port}")


def _start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kring", *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish(process: subprocess.Popen[str], command: str) -> None:
    try:
        said, _nothing = process.communicate()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise Trouble(f"`{command}` failed: {said.strip() or process.returncode}")


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM organisations_organisation LIMIT 1").fetchone() is None


def _move_addresses(directory: Path, netloc: str) -> None:
    """The demo may come up on another port than the one its addresses were written for."""
    text = directory.read_text()
    before = json.loads(text)["base_url"].split("://", 1)[1].rstrip("/")
    if before != netloc:
        directory.write_text(text.replace(before, netloc))


class _Announcement:
    """Says once, when all answers, where to go and how to log in."""

    def __init__(self, home: Home, port: int, browser: bool) -> None:
        self.home = home
        self.port = port
        self.browser = browser
        self.said = False
        self.asked_at = 0.0

    def __call__(self) -> None:
        if self.said or time.monotonic() - self.asked_at < 0.2:
            return
        self.asked_at = time.monotonic()
        if not self._all_answers():
            return
        self.said = True
        _say(_table(json.loads(self.home.directory.read_text())))
        _say(f"Kring is ready: http://{HOST}:{self.port}/   (Ctrl-C stops it; log: {self.home.log})")
        if self.browser and sys.stdout.isatty() and _has_screen():
            webbrowser.open(f"http://{HOST}:{self.port}/")

    def _all_answers(self) -> bool:
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class _Filling:
    """Says how far the worker is with the demo's people: each step is a job that queues the next one."""

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
            # It is being started again, perhaps.
            return
        step, of, has_failed = found or (0, 0, False)
        self.is_over = not step or has_failed
        if has_failed:
            _say(f"No more people come: step {step} of {of} failed. The log says why.")
        elif step and step != self.step:
            _say(f"People are coming: {step} of {of} …")
        elif self.step and not step:
            _say("All people of the demo are there.")
        self.step = step


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _table(directory: dict) -> str:
    sites = [(entry["name"], entry["url"], "") for entry in directory["organisations"]]
    logins = [
        (f"{entry['role']} ({entry['organisation'] or 'Kring'})", entry["email"], entry["password"])
        for entry in directory["logins"]
    ]
    rows = [("Site", "Address", ""), *sites, ("", "", ""), ("Login", "E-mail", "Password"), *logins]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
