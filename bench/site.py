"""A Kring of its own to measure: database, files and web server in a temporary folder, all on this machine."""

from __future__ import annotations

import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kring.embedded.server import Server
from tests.ports import free_port

WEB_WORKERS = 2
HOST = "kring.localhost"
START_SECONDS = 180


@dataclass(frozen=True)
class Site:
    port: int
    database: str
    environment: dict[str, str]
    web: subprocess.Popen
    postgres: int


@contextmanager
def site() -> Iterator[Site]:
    """Running and empty; stopped and thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="kring-bench-") as name:
        folder = Path(name)
        # The server's user must be able to reach its data.
        folder.chmod(0o755)
        server = Server(folder / "postgres")
        server.start()
        try:
            _count_statements(server)
            environment = _environment(folder, server.url(), free_port())
            for command in ("migrate", "build"):
                run(environment, command)
            with _serving(environment) as web:
                yield Site(int(environment["BENCH_PORT"]), server.url(), environment, web, server.pid() or 0)
        finally:
            server.stop()


def run(environment: dict[str, str], *arguments: str, module: str = "kring", given: str = "") -> str:
    """What it printed. Raises where it fails, with what it said. `given`: what it reads."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=os.environ | environment, input=given, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def _count_statements(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    server.stop()
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")


def _environment(folder: Path, database: str, port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "KRING_SECRET_KEY": secrets.token_urlsafe(48),
        "KRING_DEMO": "1",  # plain HTTP
        "KRING_HOST": HOST,
        "KRING_NETLOC": f"{HOST}:{port}",
        "KRING_MEDIA": str(folder / "media"),
        "KRING_STATIC": str(folder / "static"),
        "KRING_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kring.settings",
        "BENCH_PORT": str(port),
    }


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """The web server alone: the worker, which sends mails, would take its share of the two cores."""
    port = int(environment["BENCH_PORT"])
    with _answering(environment, port, "kring", "serve", "--port", str(port), "--workers", str(WEB_WORKERS)) as web:
        yield web


@contextmanager
def bare(environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen]]:
    """The server of `bench.bare`, beside the other: its port."""
    port = free_port()
    with _answering(environment, port, "bench.bare", str(port), str(WEB_WORKERS)) as web:
        yield port, web


@contextmanager
def _answering(environment: dict[str, str], port: int, module: str, *arguments: str) -> Iterator[subprocess.Popen]:
    output = Path(environment["KRING_MEDIA"]).parent / f"{module}.log"
    command = [sys.executable, "-m", module, *arguments]
    with output.open("wb") as log:
        web = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
    try:
        if not _answers(web, port):
            raise RuntimeError(f"{module} does not answer: {output.read_text()}")
        yield web
    finally:
        web.terminate()
        web.wait(timeout=30)


def _answers(web: subprocess.Popen, port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return False
