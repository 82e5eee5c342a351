"""The tests' own PostgreSQL: one server for the machine, one migrated template, one copy per process of tests.

The server gives up durability, lives in the temporary folder, is shared by everybody who runs tests at the moment, and
stops with the last of them. `KRING_TEST_DATABASE_URL` puts another server (its owner's login) in its place.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from kring.embedded.server import Server

ROOT = Path(__file__).parent.parent
TEMPLATES_KEPT = 4


class BrokenMigrations(Exception):
    """No test can run."""


def server() -> Server:
    return Server(Path(tempfile.gettempdir()) / f"kring-tests-{os.getuid()}", durable=False)


def url(name: str) -> str:
    if given := os.environ.get("KRING_TEST_DATABASE_URL"):
        return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return server().url(name)


def my_name() -> str:
    """The database of this process of tests; the number of the run's first process keeps runs apart."""
    run = os.environ.setdefault("KRING_TEST_RUN", str(os.getpid()))
    return f"kring_test_{run}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@contextmanager
def _locked(name: str, how: int) -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"kring-tests-{os.getuid()}.{name}").open("w") as lock:
        fcntl.flock(lock, how)
        yield


@contextmanager
def for_a_run() -> Iterator[None]:
    """Server and template stand while the block lasts."""
    with ExitStack() as stack:
        if "KRING_TEST_DATABASE_URL" not in os.environ:
            stack.callback(_stop_when_last)
            stack.enter_context(_locked("users", fcntl.LOCK_SH))
            server().start()
        with _locked("template", fcntl.LOCK_EX):
            _drop_what_nobody_uses()
            _make_template()
        yield


def _stop_when_last() -> None:
    try:
        with _locked("users", fcntl.LOCK_EX | fcntl.LOCK_NB):
            server().stop()
    except BlockingIOError:
        return


def template() -> str:
    """Its name carries everything that decides how it looks inside."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    package, core = ROOT / "kring", ("tenant_tables.py", "tenancy.py", "database_url.py", "sql_files.py")
    written = [*package.glob("*/migrations/*.py"), *package.glob("*/sql/*.sql")]
    for file in sorted([*written, *(package / "core" / name for name in core)]):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return f"kring_template_{digest.hexdigest()[:16]}"


def _make_template() -> None:
    name = template()
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        if _exists(connection, name):
            return
        half = f"{name}_half"
        _drop(connection, half)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
        _migrate(url(half))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))


def _migrate(database: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": database,
        "KRING_DB_OWNER": "1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "kring", "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise BrokenMigrations(f"`kring migrate` fails:\n{done.stdout}{done.stderr}")


def make_copy() -> None:
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        _drop(connection, my_name())
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(my_name()), sql.Identifier(template()))
        )


def empty_copy(but: list[str]) -> None:
    """By the same connection each time: a new one would read the descriptions of all tables first."""
    if not _emptying or _emptying[0].closed:
        _emptying[:] = [
            psycopg.connect(url(my_name()), options="-c lock_timeout=60s", application_name="emptying", autocommit=True)
        ]
    with _emptying[0].transaction():
        empty(_emptying[0], but)


# The connection of this process.
_emptying: list[psycopg.Connection] = []


def drop_copy() -> None:
    while _emptying:
        _emptying.pop().close()
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        _drop(connection, my_name())


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_what_nobody_uses() -> None:
    """Copies of runs that were killed, and templates of migrations long changed."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'kring\\_%' ORDER BY oid"
        ).fetchall()
        names = [name for (name,) in rows]
        copies = [name for name in names if name.startswith("kring_test_") and not _runs(int(name.split("_")[2]))]
        templates = [name for name in names if name.startswith("kring_template_") and name != template()]
        for name in copies + templates[: -(TEMPLATES_KEPT - 1)]:
            _drop(connection, name)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


# What a test in real transactions leaves behind goes: whatever has rows now and had none in the template.
FULL = """
SELECT format('SELECT %%L WHERE EXISTS (SELECT FROM %%I.%%I)', c.oid::regclass::text, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname <> ALL(%s)
"""


def tables_with_rows(connection: psycopg.Connection, but: list[str]) -> list[str]:
    queries = connection.execute(FULL, [but]).fetchall()
    return [name for (name,) in connection.execute(" UNION ALL ".join(query for (query,) in queries)).fetchall()]


OF_TABLES = """
SELECT pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY(%s::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped
  AND pg_get_serial_sequence(format('%%I.%%I', n.nspname, c.relname), a.attname) IS NOT NULL
"""


def empty(connection: psycopg.Connection, but: list[str]) -> None:
    """All tables but those, and their numbers begin anew.

    Without triggers and foreign keys, which only a superuser may leave out: a few milliseconds, and unlike TRUNCATE
    it makes nobody read the tables' descriptions again. An owner who is none truncates.
    """
    left = tables_with_rows(connection, but)
    if not left:
        return
    if connection.info.parameter_status("is_superuser") != "on":
        connection.execute(f"TRUNCATE {', '.join(left)} RESTART IDENTITY CASCADE")
        return
    sequences = [name for (name,) in connection.execute(OF_TABLES, [left]).fetchall()]
    statements = ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in left)]
    statements += [f"SELECT setval('{name}', 1, false)" for name in sequences]
    connection.execute("; ".join(statements))
