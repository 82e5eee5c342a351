"""An embedded PostgreSQL in a folder: used by demo, development and tests where no DATABASE_URL is given.

It listens on a socket in that folder and never on the network. Its one login, `kring`, is for the user who runs Kring
(and root), identified by the operating system (`peer`): there is no password to lose.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from kring.embedded import cluster
from kring.embedded.binaries import binaries
from kring.embedded.errors import EmbeddedError
from kring.embedded.folder import ServerFolder
from kring.embedded.system_user import run_as_server_user

START_SECONDS = 120
STOP_SECONDS = 60
# Kept, because Python warns when a process object is discarded while it runs.
_children: list[subprocess.Popen] = []


@dataclass(frozen=True)
class Server(ServerFolder):
    """The server in `folder`. `durable=False` (tests) gives up safety against power cuts, for speed."""

    durable: bool = True

    def url(self, database: str = "kring") -> str:
        return f"postgresql://{cluster.OWNER}@/{database}?host={quote(str(self.socket), safe='')}"

    def start(self) -> bool:
        """Run it, creating it first where it is new, and wait until it answers. False: it was running already.

        A folder left by a crash or `kill -9` recovers here. Raises EmbeddedError.
        """
        with self.alone():
            if self._runs_already():
                return False
            if not self.data.exists():
                cluster.make(self, durable=self.durable)
            cluster.check_version(self)
            cluster.write_access_rules(self)
            cluster.forget_dead_server(self)
            self._launch()
            self._make_database()
            return True

    def keep_running(self) -> bool:
        """Start it where its process is gone. True: it was. One that runs and is slow is left alone."""
        _reap()
        return self.pid() is None and self.start()

    def stop(self) -> None:
        """End transactions, write everything to disk, stop. Harmless when it is not running."""
        if not self.folder.exists():
            return
        with self.alone():
            pid = self.pid()
            if pid is None:
                return
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + STOP_SECONDS
            while self.pid() == pid:
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL (process {pid}) did not stop: see {self.log}.")
                time.sleep(0.02)
            _reap()

    def _runs_already(self) -> bool:
        """Waits for a start or stop in progress."""
        deadline = time.monotonic() + START_SECONDS
        while (pid := self.pid()) is not None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL (process {pid}) runs and does not answer: see {self.log}.")
            time.sleep(0.05)
        return False

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def pid(self) -> int | None:
        """The process of the running server; None when the process in the folder's file ended long ago."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if str(self.data) in _command_line(pid) else None

    def _launch(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with self.log.open("ab") as log:
            while True:
                start = log.tell()
                if self._answers_from(self._spawn(log), deadline):
                    return
                output = self.log.read_bytes()[start:].decode(errors="replace")
                # After `kill -9` the last of its processes need a moment to notice.
                if "still in use" not in output or time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL did not start: {cluster.last_line(output)} (more in {self.log})")
                time.sleep(0.2)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen:
        command = [str(binaries() / "postgres"), "-D", str(self.data)]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **run_as_server_user()
        )

    def _answers_from(self, process: subprocess.Popen, deadline: float) -> bool:
        """False: it has ended instead."""
        while process.poll() is None:
            if self.answers():
                _children.append(process)
                return True
            if time.monotonic() > deadline:
                process.send_signal(signal.SIGINT)
                raise EmbeddedError(f"PostgreSQL did not answer within {START_SECONDS} s: see {self.log}.")
            time.sleep(0.02)
        return False

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "max_connections": "300",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # A refused statement is an error of ours and in our log; PostgreSQL would add the row's data.
            "log_min_messages": "fatal",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "idle_in_transaction_session_timeout": "10min",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return settings

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kring'").fetchone() is None:
                connection.execute("CREATE DATABASE kring")


def _command_line(pid: int) -> str:
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout


def _reap() -> None:
    """Where the server is our own child, it is a zombie until we have waited for it."""
    for process in _children[:]:
        if process.poll() is not None:
            _children.remove(process)
