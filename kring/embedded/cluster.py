"""The data of a server (PostgreSQL's "cluster"): created once, checked and access set at each start."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess

from kring.embedded.binaries import MAJOR, binaries
from kring.embedded.errors import EmbeddedError
from kring.embedded.folder import ServerFolder
from kring.embedded.system_user import run_as_server_user, server_user

OWNER = "kring"


def make(folder: ServerFolder, *, durable: bool) -> None:
    """Costs a second. Raises EmbeddedError."""
    # Into a folder beside, then renamed: an interrupted one is made again.
    new = folder.home / "data.new"
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
    if not durable:
        command.append("--no-sync")
    made = subprocess.run(command, capture_output=True, text=True, **run_as_server_user())
    if made.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its data in {folder.folder}: {last_line(made.stderr)}")
    new.rename(folder.data)


def check_version(folder: ServerFolder) -> None:
    try:
        found = (folder.data / "PG_VERSION").read_text().strip()
    except OSError:
        raise EmbeddedError(f"{folder.data} is no data folder of PostgreSQL. Choose another folder.") from None
    if found != MAJOR:
        raise EmbeddedError(
            f"{folder.data} was written by PostgreSQL {found}, Kring brings {MAJOR}: choose another folder or "
            f"start afresh, or carry it over with pg_upgrade."
        )


def write_access_rules(folder: ServerFolder) -> None:
    """The system users who may log in: the one that runs Kring, root, and the one that runs the server."""
    people = sorted({"root", pwd.getpwuid(os.geteuid()).pw_name, server_user().pw_name})
    (folder.data / "pg_hba.conf").write_text("local all all peer map=kring\n")
    (folder.data / "pg_ident.conf").write_text("".join(f"kring {name} {OWNER}\n" for name in people))
    folder.socket.mkdir(mode=0o700, exist_ok=True)
    if folder.socket.is_symlink() or folder.socket.stat().st_uid not in (os.geteuid(), server_user().pw_uid):
        raise EmbeddedError(f"{folder.socket} belongs to somebody else. Choose a folder with a shorter path.")
    folder.hand_to_server(folder.socket)


def forget_dead_server(folder: ServerFolder) -> None:
    """Its process id may belong to another process by now, which PostgreSQL would take for a living server."""
    sockets = [folder.socket / name for name in (".s.PGSQL.5432.lock", ".s.PGSQL.5432")]
    for left in (folder.data / "postmaster.pid", *sockets):
        left.unlink(missing_ok=True)


def last_line(text: str) -> str:
    """The last error in PostgreSQL's output."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "FATAL" in line or "error:" in line] or lines or ["no reason given."]
    return errors[-1]
