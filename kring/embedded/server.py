"""A PostgreSQL of our own in a folder: what demo, development and tests use where no DATABASE_URL is given.

It listens on a socket in that folder and never on the network. Its one login, `kring`, is for the user who runs Kring
(and root), known to PostgreSQL by the operating system (`peer`): there is no password to lose.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from kring.embedded.binaries import (
    MAJOR,
    EmbeddedError,
    binaries,
    can_reach,
    is_root,
    run_as_server_user,
    server_user,
)

OWNER = "kring"
OURS = {"data", "data.new", "run", "lock", "postgres.log"}
# Length of sun_path in Linux, less its zero and the "/.s.PGSQL.5432.lock" that comes after the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
START_SECONDS = 120
STOP_SECONDS = 60
# Kept, as Python complains when it forgets a process that runs on.
_children: list[subprocess.Popen] = []


@dataclass(frozen=True)
class Server:
    """The server in `folder`. `durable=False` (tests) gives up what a power cut would take, for speed."""

    folder: Path
    durable: bool = True

    @property
    def home(self) -> Path:
        """Where it really is: `folder` may be a pointer to a place that the server's user can reach."""
        return self.folder.resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: ours, or a short one where ours would be too long an address."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        # Ours alone, by owner and mode; checked before use.
        return Path("/tmp") / f"kring-{digest}"  # noqa: S108

    def url(self, database: str = "kring") -> str:
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self.socket), safe='')}"

    def start(self) -> bool:
        """Run it, make it first where it is new, and wait until it answers. False: it was running already.

        A folder left by a crash or `kill -9` recovers here. Raises EmbeddedError.
        """
        with self._alone():
            if self._runs_already():
                return False
            if not self.data.exists():
                self._make()
            self._check_version()
            self._write_access_rules()
            self._forget_dead_server()
            self._launch()
            self._make_database()
            return True

    def keep_running(self) -> bool:
        """Start it where its process is gone. True: it was. One that runs and is slow is left to itself."""
        _reap()
        return self.pid() is None and self.start()

    def stop(self) -> None:
        """Let transactions go, write everything down, end. Harmless when it is not running."""
        if not self.folder.exists():
            return
        with self._alone():
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

    def _forget_dead_server(self) -> None:
        """Its number may be another process by now, which PostgreSQL would take for a living server."""
        for left in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock", self.socket / ".s.PGSQL.5432"):
            left.unlink(missing_ok=True)

    def _runs_already(self) -> bool:
        """Waits for one that is about to start or to end."""
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
        """The process of the running server, None when what the folder says is a process long gone."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if str(self.data) in _command_line(pid) else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two who start or stop at once come one after the other."""
        self._prepare_folder()
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_folder(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            if not self.folder.exists():
                self._make_folder()
            strangers = {entry.name for entry in self.folder.iterdir()} - OURS
            writable = os.access(self.folder, os.W_OK | os.X_OK)
        except OSError as error:
            raise EmbeddedError(f"Cannot use the folder {self.folder}: {error.strerror}. Choose another.") from error
        if strangers:
            raise EmbeddedError(f"The folder {self.folder} holds other things ({min(strangers)}). Choose another.")
        if not writable:
            raise EmbeddedError(f"The folder {self.folder} is not yours to write in. Choose another.")
        self._hand_to_server(self.folder)

    def _hand_to_server(self, folder: Path) -> None:
        if is_root():
            user = server_user()
            os.chown(folder, user.pw_uid, user.pw_gid)

    def _make_folder(self) -> None:
        if can_reach(self.folder.parent):
            self.folder.mkdir(mode=0o700)
            return
        # Under root's home, say: the server's user cannot get there, so it lives outside and we point to it.
        outside = Path("/var/lib/kring")
        outside.mkdir(exist_ok=True)
        if self.folder.is_symlink():
            self.folder.unlink()
        self.folder.symlink_to(tempfile.mkdtemp(dir=outside, prefix=f"{self.folder.name}-"))

    def _make(self) -> None:
        # Into a folder beside, then renamed: one that was cut short is made again.
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        command = [
            str(binaries() / "initdb"),
            "-D",
            str(new),
            "-U",
            OWNER,
            "--auth=peer",
            "--encoding=UTF8",
            "--locale=C",
        ]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            command.append("--no-sync")
        made = subprocess.run(command, capture_output=True, text=True, **run_as_server_user())
        if made.returncode:
            raise EmbeddedError(f"PostgreSQL could not make its data in {self.folder}: {_last_line(made.stderr)}")
        new.rename(self.data)

    def _check_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            raise EmbeddedError(f"{self.data} is no data folder of PostgreSQL. Choose another folder.") from None
        if found != MAJOR:
            raise EmbeddedError(
                f"{self.data} was written by PostgreSQL {found}, Kring brings {MAJOR}: choose another folder or "
                f"start afresh, or carry it over with pg_upgrade."
            )

    def _write_access_rules(self) -> None:
        people = sorted({"root", pwd.getpwuid(os.geteuid()).pw_name, server_user().pw_name})
        (self.data / "pg_hba.conf").write_text("local all all peer map=kring\n")
        (self.data / "pg_ident.conf").write_text("".join(f"kring {name} {OWNER}\n" for name in people))
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if self.socket.is_symlink() or self.socket.stat().st_uid not in (os.geteuid(), server_user().pw_uid):
            raise EmbeddedError(f"{self.socket} belongs to somebody else. Choose a folder with a shorter path.")
        self._hand_to_server(self.socket)

    def _launch(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with self.log.open("ab") as log:
            while True:
                start = log.tell()
                if self._answers_from(self._spawn(log), deadline):
                    return
                said = self.log.read_bytes()[start:].decode(errors="replace")
                # After `kill -9` the last of its processes need a moment to notice.
                if "still in use" not in said or time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL did not start: {_last_line(said)} (more in {self.log})")
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
            # A refused statement is an error of ours and in our log; PostgreSQL would add whose row it was.
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
    """Where the server is our own child, its end is only complete when we have looked."""
    for process in _children[:]:
        if process.poll() is not None:
            _children.remove(process)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "FATAL" in line or "error:" in line] or lines or ["no reason given."]
    return told[-1]
