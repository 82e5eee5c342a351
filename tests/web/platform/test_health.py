"""Jobs and emails of all organisations on one page of the platform; a failed job is tried again."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.core import jobs
from kring.core.tenancy import scope
from kring.hosting import health
from kring.mail import outbox
from kring.mail.models import Message
from kring.organisations.models import PlatformLog
from tests import make
from tests.refusing import refuses

HOST = {"host": "portal.kring.localhost"}
PAGE = "/platform/health/"


@pytest.fixture
def admin(client, db):
    person = make.user(is_platform_admin=True)
    client.force_login(person)
    return person


def failed_job(organisation):
    jobs.later("hosting.count", organisation_id=organisation.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo' RETURNING id")
        return cursor.fetchone()[0]


def status_of(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [number])
        return cursor.fetchone()[0]


def mails(organisation, **numbers):
    with scope(organisation):
        for state, number in numbers.items():
            Message.objects.bulk_create(
                Message(template="x", recipient="a@example.org", language="en", state=state) for _each in range(number)
            )


def test_a_failed_job_is_tried_again_once(client, admin, organisation):
    number = failed_job(organisation)
    page = client.get(PAGE, headers=HOST).text
    assert "hosting.count" in page
    assert organisation.name in page

    client.post(f"{PAGE}jobs/{number}/", headers=HOST)

    assert status_of(number) == "todo"
    entry = PlatformLog.objects.get()
    assert (entry.action, entry.organisation, entry.actor) == ("job.tried_again", organisation, admin)
    with refuses(health.HasNotFailed):
        health.try_again(number)
    again = client.post(f"{PAGE}jobs/{number}/", headers=HOST, follow=True)
    assert "has been tried again already" in again.text
    assert PlatformLog.objects.count() == 1


def test_emails_are_counted_by_organisation_those_that_failed_first(client, admin):
    some, more, none = (make.organisation() for _each in range(3))
    mails(some, queued=2, sent=5)
    mails(more, failed=3, held=1)
    mails(none, sent=1)
    outbox.queue_for_platform("no-account", to="a@example.org", language="en", signup_url="")

    found = [(each.organisation, each.waiting, each.failed, each.held) for each in health.mails()]

    assert found == [(more, 0, 3, 1), (some, 2, 0, 0), (None, 1, 0, 0)]
    assert more.name in client.get(PAGE, headers=HOST).text


def test_without_a_worker_the_page_says_so(client, admin):
    assert "No worker is running" in client.get(PAGE, headers=HOST).text


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_the_same_for_few_and_for_many(client, admin, number, django_assert_num_queries):
    for _each in range(number):
        organisation = make.organisation()
        mails(organisation, failed=1)
        failed_job(organisation)

    # Session and user; jobs, failed ones, their organisations; heartbeat; emails with role and savepoint, whose, the
    # platform's own.
    with django_assert_num_queries(13):
        client.get(PAGE, headers=HOST)


def test_an_organisations_administrator_is_refused(client, organisation):
    number = failed_job(organisation)
    with scope(organisation):
        client.force_login(make.staff("org_admin"))

    assert client.get(PAGE, headers=HOST).status_code == 403
    assert client.post(f"{PAGE}jobs/{number}/", headers=HOST).status_code == 403
    assert status_of(number) == "failed"
