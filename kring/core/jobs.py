"""Background jobs, queued in the transaction that needs them: rolled back with it, or sure to be done.

An app's jobs are in its `jobs.py` and are thin: ids in, one verb.

    @job("mail.deliver", scoped=False, tries_again_after=(30, 120, 600))
    def deliver(organisation_id, message_id): ...

    jobs.later(deliver, message_id=message.pk)      # or by name, for an app above: jobs.later("certificates.issue", …)

A scoped job runs in `scope(organisation)`, in one transaction that also notes that the job is done. A worker killed
before the commit has done nothing and another one starts over; killed after it, the job is not run again. A job with
`scoped=False` (it uses the network between transactions) opens its scopes itself, and its verbs must tolerate being
called twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg.errors
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.job_context import JobContext
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from kring.core.registry import Hooks, Registry
from kring.core.tenancy import current_organisation_id, in_scope, scope

# How long a job waits for another run of itself that seems to be going on (its worker was taken for dead).
WAIT_FOR_TWIN = "5s"
COME_BACK_SECONDS = 30


class StillBeingDone(Exception):
    """Another worker is running this very job: try again later."""


@dataclass(frozen=True)
class Job:
    """A function that can be run later. Calling it runs it now, in the current scope."""

    name: str
    function: Callable[..., Any]
    scoped: bool
    once: bool
    tries_again_after: tuple[int, ...]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def perform(self, job_id: int, organisation_id: int | None, ids: dict[str, Any]) -> None:
        """What a worker calls. Raises whatever the function raises, and then nothing has happened."""
        with surrounded():
            if not self.scoped:
                self.function(**self._arguments(organisation_id, ids))
                return
            assert organisation_id is not None
            with scope(organisation_id):
                if _first_to_do(job_id):
                    self.function(**ids)

    def _arguments(self, organisation_id: int | None, ids: dict[str, Any]) -> dict[str, Any]:
        wants = "organisation_id" in inspect.signature(self.function).parameters
        return ids | {"organisation_id": organisation_id} if wants else ids


_jobs = Registry[Job]("job")
# Each job runs inside these context managers; an app above uses one to name the actor, for the log.
surround = Hooks[[], AbstractContextManager]("surrounding of jobs")


def job(
    name: str, *, scoped: bool = True, once: bool = False, tries_again_after: tuple[int, ...] = (), priority: int = 0
) -> Callable[[Callable[..., Any]], Job]:
    """Make a function a job called `name` ("<app>.<verb>").

    `once`: while one with the same ids waits, another is not queued. `tries_again_after`: seconds to wait after each
    failure; after the last one it stays as failed. Higher `priority` goes first.
    """

    def make(function: Callable[..., Any]) -> Job:
        made = Job(name, function, scoped, once, tries_again_after)
        _jobs.add(name, made)

        @app.task(name=name, pass_context=True, retry=RetryWaits(tries_again_after), priority=priority)
        def run(context: JobContext, organisation_id: int | None = None, timestamp: int = 0, **ids: Any) -> None:
            if context.job.queueing_lock:
                _let_others_queue(context.job.id)
            made.perform(context.job.id or 0, organisation_id, ids)

        return made

    return make


def later(
    what: Job | str,
    *,
    organisation_id: int | None = None,
    after: timedelta | None = None,
    at: datetime | None = None,
    **ids: int | str,
) -> None:
    """Queue a job in the current transaction; it can start after the commit. At the earliest `after` or `at`.

    The organisation is that of the scope unless one is named. Raises NoScope where a scoped job has neither,
    NotRegistered where no app has a job of this name.
    """
    job = what if isinstance(what, Job) else named(what)
    if organisation_id is None and (job.scoped or in_scope()):
        organisation_id = current_organisation_id()
    options: dict[str, Any] = {}
    if job.once:
        options["queueing_lock"] = _lock_of(job, organisation_id, ids)
    if after is not None or at is not None:
        options["schedule_at"] = at or timezone.now() + (after or timedelta())
    try:
        # A savepoint: a duplicate must not break the transaction.
        with transaction.atomic() if job.once else ExitStack():
            app.configure_task(job.name, allow_unknown=False, **options).defer(organisation_id=organisation_id, **ids)
    except AlreadyEnqueued:
        return


def later_each(what: Job | str, each: Sequence[dict[str, Any]]) -> None:
    """Queue a job for each of these ids, as `later` does for one; not for a job that is done `once`. One statement."""
    job = what if isinstance(what, Job) else named(what)
    assert not job.once
    organisation_id = current_organisation_id()
    app.configure_task(job.name, allow_unknown=False).batch_defer(
        *({"organisation_id": organisation_id, **ids} for ids in each)
    )


def drop_waiting(organisation_id: int, *, but: Job) -> int:
    """Those of one organisation that have not begun, or failed for good, other than `but`; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'failed') AND task_name <> %s"
            " AND args @> jsonb_build_object('organisation_id', %s::bigint)",
            [but.name, organisation_id],
        )
        return cursor.rowcount


def named(name: str) -> Job:
    app.perform_import_paths()
    return _jobs[name]


def names() -> list[str]:
    app.perform_import_paths()
    return sorted(_jobs.keys())


@contextmanager
def surrounded() -> Iterator[None]:
    with ExitStack() as stack:
        for surrounding in surround:
            stack.enter_context(surrounding())
        yield


class RetryWaits(BaseRetryStrategy):
    """Retry after each of these waits in turn, in seconds; a job that met another run of itself is always retried."""

    def __init__(self, waits: tuple[int, ...]) -> None:
        self.waits = waits

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        if isinstance(exception, StillBeingDone):
            return RetryDecision(retry_in={"seconds": COME_BACK_SECONDS})
        if job.attempts < len(self.waits):
            return RetryDecision(retry_in={"seconds": self.waits[job.attempts]})
        return None


def _lock_of(job: Job, organisation_id: int | None, ids: dict[str, Any]) -> str:
    return f"{job.name}:{organisation_id}:{','.join(f'{key}={ids[key]}' for key in sorted(ids))}"


def _let_others_queue(job_id: int | None) -> None:
    """Procrastinate fails on retrying a job while a second one with its lock is waiting."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", [job_id])


def _first_to_do(job_id: int) -> bool:
    """Note in the job's own transaction that it is done. False: it was done before.

    Waits while another transaction is about to note the same, and raises StillBeingDone when that takes long.
    """
    try:
        with _patience_for_locks(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO job_done (job_id) VALUES (%s) ON CONFLICT DO NOTHING", [job_id])
            return cursor.rowcount == 1
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise StillBeingDone from error
        raise


@contextmanager
def _patience_for_locks() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_TWIN}'")
        yield
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
