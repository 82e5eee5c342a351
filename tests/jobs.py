"""Doing what is queued: in the test's own transaction, or by real worker processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kring.core import jobs


def queued(name: str | None = None) -> list[dict[str, Any]]:
    """The arguments of the jobs that wait (those called `name`), oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs"
            " WHERE status = 'todo' AND coalesce(%s, task_name) = task_name ORDER BY id",
            [name],
        )
        return [_dict(args) for (args,) in cursor.fetchall()]


def work(*, later: timedelta = timedelta(), most: int = 1000) -> list[str]:
    """Do all jobs that may start now (or `later` from now), and those they queue, as a worker would; their names.

    In the test's connection, so it sees what a test in a transaction wrote. Failed jobs wait for their next try, and
    after the last one raise here.
    """
    done = []
    while (row := _next(timezone.now() + later)) and len(done) < most:
        job_id, name, args, attempts = row
        job = jobs.named(name)
        organisation_id = args.pop("organisation_id", None)
        try:
            with transaction.atomic():
                job.perform(job_id, organisation_id, args)
        except Exception:
            if attempts >= len(job.tries_again_after):
                raise
            _try_again(job_id, job.tries_again_after[attempts])
        else:
            _run("DELETE FROM procrastinate_jobs WHERE id = %s", job_id)
        done.append(name)
    return done


@contextmanager
def worker(*options: str, **environment: str) -> Iterator[subprocess.Popen]:
    """A real worker process on the test's database; it gets SIGTERM at the end of the block."""
    process = subprocess.Popen([sys.executable, "-m", "kring", "worker", *options], env=os.environ | environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def _next(now: Any) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, task_name, args, attempts FROM procrastinate_jobs
               WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)
               ORDER BY priority DESC, id LIMIT 1""",
            [now],
        )
        row = cursor.fetchone()
    return row and (row[0], row[1], _dict(row[2]), row[3])


def _dict(args: Any) -> dict[str, Any]:

    return json.loads(args) if isinstance(args, str) else args


def _try_again(job_id: int, seconds: int) -> None:
    _run(
        "UPDATE procrastinate_jobs SET attempts = attempts + 1, scheduled_at = now() + make_interval(secs => %s)"
        " WHERE id = %s",
        seconds,
        job_id,
    )


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
