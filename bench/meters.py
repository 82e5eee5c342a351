"""What a measurement costs: CPU of the processes (Linux's /proc), statements (pg_stat_statements), memory."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PROC = Path("/proc")
# What the database asks itself at the COMMIT, one for each key to another table that was written: nobody waits on the
# wire for it. `statements` tells of these too.
KEYS = "SELECT % FROM ONLY % FOR KEY SHARE OF x"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Reading:
    """Totals at one moment: seconds of CPU, numbers of statements."""

    web: float
    postgres: float
    statements: int

    def __sub__(self, before: Reading) -> Reading:
        return Reading(self.web - before.web, self.postgres - before.postgres, self.statements - before.statements)

    @property
    def cpu(self) -> float:
        return self.web + self.postgres


def read(web: int, postgres: int, database: str) -> Reading:
    """`web` and `postgres`: the first process of each."""
    with psycopg.connect(database) as connection:
        # BEGIN, COMMIT and savepoints are statements too: each is a question to the server and a wait.
        row = connection.execute(
            "SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements WHERE toplevel AND query NOT LIKE %s", [KEYS]
        ).fetchone()
    assert row is not None
    return Reading(_cpu([web, *below(web)]), _cpu([postgres, *below(postgres)]), row[0])


def forget_statements(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SELECT pg_stat_statements_reset()")


def statements(database: str) -> list[tuple[str, int]]:
    """Their texts, with blanks instead of values, and how often each was asked; the first one asked first."""
    with psycopg.connect(database) as connection:
        return connection.execute(
            "SELECT query, sum(calls)::int FROM pg_stat_statements WHERE toplevel"
            " GROUP BY query ORDER BY min(stats_since)"
        ).fetchall()


def below(parent: int) -> list[int]:
    """Its processes, and theirs."""
    parents = {int(entry.name): _parent(entry) for entry in PROC.iterdir() if entry.name.isdigit()}
    found = [pid for pid, its in parents.items() if its == parent]
    return found + [pid for child in found for pid in below(child)]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(") ")[2].split()[1])
    except OSError:
        return 0


def _cpu(pids: Iterable[int]) -> float:
    """Of living processes and of the dead ones they waited for."""
    total = 0
    for pid in pids:
        try:
            fields = (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


def memory(pid: int) -> dict[str, int]:
    """Megabytes: `pss`, what is its own and its share of what it shares; `peak`, its most ever, shared parts whole."""
    rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    status = (PROC / str(pid) / "status").read_text()
    return {"pss": _kilobytes(rollup, "Pss") // 1024, "peak": _kilobytes(status, "VmHWM") // 1024}


@contextmanager
def most(pids: Sequence[int]) -> Iterator[list[int]]:
    """The highest PSS of any of these processes meanwhile, in megabytes, looked at ten times a second."""
    found, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.1):
            found[0] = max(found[0], *(memory(pid)["pss"] for pid in pids))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        is_over.set()
        looking.join()


def _kilobytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0
