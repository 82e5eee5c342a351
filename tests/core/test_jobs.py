"""Jobs: none is lost, none is done twice, whatever becomes of the worker (Q5)."""

from __future__ import annotations

import signal
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kring.core import jobs
from kring.core.periodic import MOST_DEATHS, PERIODIC, rescue, tidy
from kring.core.tenancy import NoScope, scope
from kring.organisations.models import AuditEntry
from tests import make
from tests.core import crashing
from tests.jobs import queued, work, worker


def noted(organisation):
    with scope(organisation):
        return list(AuditEntry.objects.order_by("pk").values_list("action", "actor_label"))


def wait_until(happened, seconds=30):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def statuses():
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name LIKE 'tests.%' ORDER BY id")
        return [status for (status,) in cursor.fetchall()]


def test_a_job_runs_in_the_scope_of_its_organisation_as_the_worker(in_scope):
    jobs.later(crashing.write, subject=in_scope.pk)

    assert queued("tests.note") == [{"organisation_id": in_scope.pk, "subject": in_scope.pk}]
    assert work() == ["tests.note"]
    assert noted(in_scope) == [("test.noted", "worker")]
    assert queued() == []


def test_a_job_can_be_queued_by_name(in_scope):
    jobs.later("tests.note", subject=in_scope.pk)

    assert work() == ["tests.note"]


def test_a_name_that_nobody_has_is_refused_at_once(in_scope):
    with pytest.raises(KeyError):
        jobs.later("tests.no_such_job")


def test_a_scoped_job_needs_an_organisation(db):
    with pytest.raises(NoScope):
        jobs.later(crashing.write, subject=1)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_is_rolled_back_never_runs():
    organisation = make.organisation()

    with pytest.raises(ZeroDivisionError), scope(organisation):
        jobs.later(crashing.write, subject=organisation.pk)
        raise ZeroDivisionError

    assert statuses() == []


def test_a_job_may_wait_for_its_time(in_scope):
    jobs.later(crashing.write, after=timedelta(hours=1), subject=in_scope.pk)

    assert work() == []
    assert work(later=timedelta(hours=2)) == ["tests.note"]


def test_once_means_one_waits_at_a_time(in_scope):
    for _ in range(3):
        jobs.later(crashing.only_once, subject=in_scope.pk)
    jobs.later(crashing.only_once, subject=0)

    assert [args["subject"] for args in queued("tests.only_once")] == [in_scope.pk, 0]


def test_a_failed_job_leaves_nothing_and_is_tried_again_until_patience_ends(in_scope):
    jobs.later(crashing.failing, subject=in_scope.pk)

    assert work() == ["tests.failing"]
    assert work() == []
    assert work(later=timedelta(seconds=6)) == ["tests.failing"]
    assert work(later=timedelta(seconds=30)) == []
    with pytest.raises(ZeroDivisionError):
        work(later=timedelta(seconds=70))
    assert noted(in_scope) == []


def test_a_job_that_has_been_done_is_not_done_again(in_scope):
    job = jobs.named("tests.note")

    job.perform(4711, in_scope.pk, {"subject": in_scope.pk})
    job.perform(4711, in_scope.pk, {"subject": in_scope.pk})

    assert len(noted(in_scope)) == 1


def test_every_periodic_job_exists():
    assert {name for _when, name in PERIODIC} <= set(jobs.names())


def test_tidying_forgets_which_jobs_were_done_once_they_are_gone(in_scope):
    jobs.named("tests.note").perform(4711, in_scope.pk, {"subject": in_scope.pk})

    tidy()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM job_done")
        assert cursor.fetchone() == (0,)


class TestWorkerProcesses:
    """With real processes, killed for real. A worker counts as stopped here after two seconds of silence."""

    pytestmark = pytest.mark.django_db(transaction=True)
    impatient = {"KRING_WORKER_SILENCE_SECONDS": "2"}

    def test_what_is_queued_while_the_worker_runs_is_done_at_once(self):
        organisation = make.organisation()

        with worker():
            with scope(organisation):
                jobs.later(crashing.asks_for_more, subject=organisation.pk)
            wait_until(lambda: len(noted(organisation)) == 2)

        assert noted(organisation) == [("test.noted", "worker"), ("test.noted_more", "worker")]
        assert statuses() == []

    def test_a_worker_killed_in_the_middle_of_a_job_loses_and_doubles_nothing(self, tmp_path):
        organisation = make.organisation()
        with scope(organisation):
            jobs.later(crashing.die_before_commit, subject=organisation.pk, once=str(tmp_path / "died"))
            jobs.later(crashing.die_after_commit, subject=organisation.pk, once=str(tmp_path / "died again"))

        for _death in range(2):
            with worker("--concurrency", "1", **self.impatient) as process:
                assert process.wait(timeout=30) == -signal.SIGKILL
            assert "doing" in statuses()
        with worker(**self.impatient):
            wait_until(lambda: statuses() == [])

        assert noted(organisation) == [("test.noted", "worker")] * 2

    def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(self):
        organisation = make.organisation()
        with scope(organisation):
            jobs.later(crashing.slow, subject=organisation.pk, seconds=2)

        with worker() as process:
            wait_until(lambda: statuses() == ["doing"])
            process.terminate()
            assert process.wait(timeout=20) == 0

        assert statuses() == []
        assert len(noted(organisation)) == 1

    def test_a_job_that_kills_every_worker_is_given_up(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts)"
                " VALUES ('default', 'tests.always_kills', 'doing', %s)",
                [MOST_DEATHS],
            )

        rescue()

        assert statuses() == ["failed"]

    def test_an_orphan_whose_twin_waits_is_let_go(self):
        organisation = make.organisation()
        with scope(organisation):
            jobs.later(crashing.only_once, subject=organisation.pk)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        with scope(organisation):
            jobs.later(crashing.only_once, subject=organisation.pk)

        rescue()

        assert statuses() == ["todo"]

    def test_a_worker_taken_for_dead_that_is_not_is_waited_for(self):
        organisation = make.organisation()
        job = jobs.named("tests.note")
        other = connection.copy()
        try:
            with transaction.atomic():
                job.perform(4711, organisation.pk, {"subject": organisation.pk})
            other.ensure_connection()
            with other.cursor() as cursor:
                other.set_autocommit(False)
                cursor.execute("INSERT INTO job_done (job_id) VALUES (4712)")
                with pytest.raises(jobs.StillBeingDone):
                    job.perform(4712, organisation.pk, {"subject": organisation.pk})
                other.rollback()
        finally:
            other.close()

        assert len(noted(organisation)) == 1
