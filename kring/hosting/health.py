"""How jobs and emails of all organisations are doing, for the platform; a failed job is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from kring.core.refusals import Refusal
from kring.core.tenancy import platform_scope
from kring.mail.models import Message, PlatformMessage
from kring.organisations import platform_log
from kring.organisations.models import Organisation

MOST = 100
STATE = Message.State
MAILS = {
    "waiting": Count("pk", filter=Q(state__in=[STATE.QUEUED, STATE.SENDING])),
    "failed": Count("pk", filter=Q(state=STATE.FAILED)),
    "held": Count("pk", filter=Q(state=STATE.HELD)),
}
IN_TROUBLE = [STATE.QUEUED, STATE.SENDING, STATE.FAILED, STATE.HELD]

# The table has those that are not done yet, and for 90 days those that failed (core/periodic.py).
JOBS = """
SELECT count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
       count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs
"""
FAILED = """
SELECT job.id, job.task_name, (job.args->>'organisation_id')::bigint, job.attempts,
       (SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id)
FROM procrastinate_jobs job WHERE job.status = 'failed' ORDER BY job.id DESC LIMIT %s
"""


class HasNotFailed(Refusal):
    code = "has_not_failed"
    message = _("This job has been tried again already.")


@dataclass(frozen=True)
class JobCounts:
    doing: int
    waiting: int
    planned: int
    failed: int


@dataclass(frozen=True)
class FailedJob:
    number: int
    name: str
    organisation: Organisation | None
    tries: int
    at: datetime | None


@dataclass(frozen=True)
class Mails:
    """Of one organisation; None: of the platform itself."""

    organisation: Organisation | None
    waiting: int
    failed: int
    held: int


def jobs() -> tuple[JobCounts, list[FailedJob]]:
    """With the latest that failed."""
    with connection.cursor() as cursor:
        cursor.execute(JOBS)
        counts = JobCounts(*cursor.fetchone())
        cursor.execute(FAILED, [MOST])
        rows = cursor.fetchall()
    found = Organisation.objects.in_bulk([row[2] for row in rows if row[2]])
    return counts, [FailedJob(row[0], row[1], found.get(row[2]), row[3], row[4]) for row in rows]


def mails() -> list[Mails]:
    """Of whom some wait, failed or are held back; most failed first."""
    with platform_scope():
        rows = Message.objects.filter(state__in=IN_TROUBLE).order_by().values("organisation").annotate(**MAILS)
        several = {pk: numbers for pk, *numbers in rows.values_list("organisation", *MAILS)}
    found = Organisation.objects.in_bulk(list(several))
    result = [Mails(found[pk], *numbers) for pk, numbers in several.items() if pk in found]
    own = PlatformMessage.objects.filter(state__in=IN_TROUBLE).aggregate(**MAILS)
    if any(own.values()):
        result.append(Mails(None, *(own[name] for name in MAILS)))
    return sorted(result, key=lambda each: (-each.failed, -each.held, -each.waiting))


@transaction.atomic
def try_again(number: int) -> str:
    """One job that failed, as soon as a worker is free; its name. Raises HasNotFailed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, (args->>'organisation_id')::bigint FROM procrastinate_jobs"
            " WHERE id = %s AND status = 'failed' FOR UPDATE",
            [number],
        )
        row = cursor.fetchone()
    if row is None:
        raise HasNotFailed
    name, organisation_id = row
    app.job_manager.retry_job_by_id(number, retry_at=timezone.now())
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    platform_log.note("job.tried_again", organisation=organisation, label=f"{name} {number}")
    return str(name)
