"""Preparing a demo. Steps that do not depend on one another run at the same time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
from contextlib import ExitStack
from pathlib import Path

import psycopg

import kring
from kring.cli.demo.progress import say
from kring.cli.demo.supervisor import Child
from kring.cli.home import HOST, Home
from kring.cli.trouble import Trouble


def prepare(home: Home, environment: dict[str, str], port: int, web: Child) -> None:
    """Migrations, translations, static files, and the demo's data where there is none.

    The web server starts as soon as it has its static files. What was prepared before from the same sources is not
    checked again. Raises Trouble.
    """
    with ExitStack() as under_way:
        if is_prepared := _is_prepared(home):
            web.start()
        else:
            _migrate_and_load(home, environment, web, under_way)
    if not home.directory.exists():
        raise Trouble(f"{home.directory} is gone, and with it the logins. Begin again with --fresh.")
    _move_addresses(home.directory, f"{HOST}:{port}")
    if not is_prepared:
        home.prepared.write_text(_sources())


def _migrate_and_load(home: Home, environment: dict[str, str], web: Child, under_way: ExitStack) -> None:
    migrating, building = (_start(under_way, environment, command) for command in ("migrate", "build"))
    loading = None if home.directory.exists() else _start(under_way, environment, "manage", "load_demo", "--wait")
    _finish(building, "kring build")
    web.start()
    _finish(migrating, "kring migrate")
    if _is_empty(environment["DATABASE_URL"]):
        say("Making three organisations to look at …")
        loading = loading or _start(under_way, environment, "manage", "load_demo", "--wait")
        _finish(loading, "kring manage load_demo", input="go\n")


def _start(under_way: ExitStack, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """It ends with `under_way` at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kring", *arguments],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    under_way.callback(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
    process.communicate()


def _finish(process: subprocess.Popen[str], command: str, input: str = "") -> None:
    output, _nothing = process.communicate(input)
    if process.returncode:
        raise Trouble(f"`{command}` failed: {output.strip() or process.returncode}")


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM organisations_organisation LIMIT 1").fetchone() is None


def _move_addresses(directory: Path, netloc: str) -> None:
    """The demo may come up on another port than the one its addresses were written for."""
    text = directory.read_text()
    before = json.loads(text)["base_url"].split("://", 1)[1].rstrip("/")
    if before != netloc:
        directory.write_text(text.replace(before, netloc))


def _is_prepared(home: Home) -> bool:
    """Not of a database of your own, which may be a different one each time."""
    if "DATABASE_URL" in os.environ or not home.directory.exists() or not home.prepared.exists():
        return False
    return home.prepared.read_text() == _sources()


def _sources() -> str:
    """A fingerprint of the sources of migrations, translations and static files, and of the libraries. 30 ms."""
    package = Path(kring.__file__).parent
    found = [path for path in package.rglob("*") if path.suffix != ".pyc" and path.is_file()]
    libraries = Path(sysconfig.get_path("purelib")).stat().st_mtime_ns
    lines = [f"{path} {(of := path.stat()).st_size} {of.st_mtime_ns}" for path in sorted(found)]
    return hashlib.sha256("\n".join([str(libraries), *lines]).encode()).hexdigest()
