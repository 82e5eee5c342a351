"""All periodic jobs in one table, and the chores that belong to no app above."""

from __future__ import annotations

import logging
from importlib import import_module

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from kring.core import jobs
from kring.core.environment import env_int
from kring.core.ticking import SomethingFailed, tick

log = logging.getLogger(__name__)

# When (minute, hour, day, month, weekday[, second]; UTC) → the job's name. Names: a lower app cannot import upper ones.
PERIODIC = [
    ("* * * * *", "core.tick"),
    ("* * * * *", "mail.send_due_for_platform"),
    ("* * * * * */10", "core.rescue"),
    ("17 3 * * *", "core.tidy"),
    ("37 3 * * *", "forms.sweep"),
    ("7 4 * * *", "hosting.count_all"),
    ("7 * * * *", "organisations.forget_requests"),
    ("27 4 * * *", "hosting.check_all_domains"),
]

# A worker sends three heartbeats in this time; one that is silent for longer is taken for dead.
SILENCE_SECONDS = env_int("KRING_WORKER_SILENCE_SECONDS", 30)
# A job whose workers died this often is taken to be the cause.
MOST_DEATHS = 5
FAILED_JOBS_KEPT_HOURS = 90 * 24


def register(worker: App) -> None:
    """Register the table with Procrastinate. Several workers may: the database keeps each run from happening twice."""
    known = jobs.names()
    for cron, name in PERIODIC:
        if name not in known:
            raise LookupError(f"core/periodic.py names the job {name!r}, and no app has it.")
        if (name, "") not in worker.periodic_registry.periodic_tasks:
            lock = {"queueing_lock": f"periodic:{name}"}
            worker.periodic_registry.register_task(worker.tasks[name], cron, "", lock)  # type: ignore[arg-type]


@jobs.job("core.tick", scoped=False, priority=10)
def tick_now() -> None:
    try:
        tick()
    except SomethingFailed:
        # It is logged, and retried in a minute: a failed job each minute would add no information.
        return


@jobs.job("core.rescue", scoped=False, priority=100)
def rescue() -> int:
    """Requeue the jobs of dead workers; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT job.id, job.task_name, job.attempts FROM procrastinate_jobs job
               LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
               WHERE job.status = 'doing'
                 AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))""",
            [SILENCE_SECONDS],
        )
        orphans = cursor.fetchall()
    for job_id, name, attempts in orphans:
        log.warning("job %s (%s) lost its worker, %s times before", job_id, name, attempts)
        _rescue_one(job_id, attempts)
    return len(orphans)


def _rescue_one(job_id: int, attempts: int) -> None:
    if attempts >= MOST_DEATHS:
        _end(job_id, delete=False)
        return
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, retry_at=timezone.now())
    except UniqueViolation:
        # The same job waits already, queued once more: it will do this one's work.
        _end(job_id, delete=True)


def _end(job_id: int, *, delete: bool) -> None:
    async_to_sync(app.job_manager.finish_job_by_id_async)(job_id=job_id, status=Status.FAILED, delete_job=delete)


@jobs.job("core.tidy", scoped=False)
def tidy() -> None:
    """Delete what is no longer needed."""
    # Django's own table, too: processes of the version before use it.
    SessionStore.clear_expired()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    async_to_sync(app.job_manager.delete_old_jobs)(nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM job_done WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE id = job_id)")
