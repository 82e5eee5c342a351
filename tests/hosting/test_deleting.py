"""An organisation is deleted a piece at a time: all of it, nothing of another, also after a worker was killed (T6)."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kring.accounts.models import User, UserSession
from kring.core import jobs as queue
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.forms.models import Upload
from kring.hosting import deleting, jobs, leaving
from kring.hosting.models import OrganisationNote, OrganisationSize, SurvivingPayment
from kring.organisations.models import Organisation, PlatformLog
from kring.payments.models import Payment
from kring.plans.models import PlanSubscription
from tests import make, one_of_each
from tests.architecture.catalogue import everything_in, rows
from tests.jobs import queued

TABLES = [model._meta.db_table for model in one_of_each.tenant_models()]
pytestmark = pytest.mark.django_db


@pytest.fixture
def club(db):
    organisation = make.organisation(name="De Toren", subdomain="toren")
    one_of_each.of(organisation, make.user())
    return organisation


@pytest.fixture
def small(db):
    return make.organisation(name="De Toren", subdomain="toren")


def begun(organisation):
    with scope(organisation):
        PlanSubscription.objects.update(cancel_at=timezone.now())
    leaving.begin_now(organisation, organisation.name)
    return organisation.pk


def left(organisation):
    return {table: found for table in TABLES if (found := len(everything_in(table, organisation)))}


def test_everything_of_it_goes_and_nothing_of_another(club):
    other = make.organisation()
    one_of_each.of(other, make.user())
    before = {table: everything_in(table, other) for table in TABLES}
    OrganisationNote.objects.create(organisation=club, text="x")
    OrganisationSize.objects.create(organisation=club)
    people = User.objects.count()

    assert deleting.go_on(begun(club))

    assert left(club) == {}
    assert not Organisation.objects.filter(pk=club.pk).exists()
    assert not OrganisationNote.objects.exists()
    assert {table: everything_in(table, other) for table in TABLES} == before
    assert User.objects.count() == people, "Logins are looked at afterwards: tests/hosting/test_logins.py."


def test_one_row_at_a_time_does_the_same(club, monkeypatch):
    """Whatever the pieces cut in two: an order from its lines, an answer from its question."""
    monkeypatch.setattr(deleting.delete_some, "__defaults__", (1,))

    assert deleting.go_on(begun(club))
    assert left(club) == {}


def test_no_piece_deletes_what_it_was_not_given(club):
    """Else a rule of a foreign key would take a whole table along in one transaction."""
    begun(club)
    for table in deleting.order():
        before = left(club)
        gone = deleting.delete_some(club, table)
        while deleting.delete_some(club, table):
            pass
        after = left(club)
        changed = {name for name in before if before[name] != after.get(name, 0)}
        assert changed <= {table._meta.db_table}, table._meta.label
        assert gone == before.get(table._meta.db_table, 0)


def test_it_goes_on_where_it_was_stopped(club):
    """As a worker that was killed after a piece, three times."""
    number, before = begun(club), len(left(club))
    for stop in (1, 2, 3):
        assert not deleting.go_on(number, seconds=0)
        assert len(left(club)) == before - stop

    assert deleting.go_on(number)
    assert left(club) == {}
    assert deleting.go_on(number), "Once more changes nothing."


def test_each_tick_sees_that_a_job_goes_on(small):
    begun(small)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with scope(small):
        jobs.delete_due()
        jobs.delete_due()

    assert queued("hosting.delete") == [{"organisation_id": small.pk}]


def test_the_job_lets_others_have_their_turn(club, monkeypatch):
    monkeypatch.setattr(deleting.go_on, "__kwdefaults__", {"seconds": 0})
    begun(club)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    jobs.delete(club.pk)

    assert queued("hosting.delete") == [{"organisation_id": club.pk}]


def test_its_payments_survive_without_it_and_without_names(club):
    with scope(club):
        expected = sorted(Payment.objects.values_list("pk", "method", "provider_id", "amount", "currency", "state"))
    deleting.go_on(begun(club))

    kept = SurvivingPayment.objects.values_list("number", "provider", "provider_id", "amount", "currency", "state")
    assert expected
    assert sorted(kept) == expected
    assert {field.name for field in SurvivingPayment._meta.fields} == {
        "id", "number", "provider", "provider_id", "amount", "currency", "state", "paid_at", "is_test",
    }  # fmt: skip


def test_its_files_are_gone_too(club):
    with scope(club):
        upload = Upload.objects.first()
        upload.file.save("a.pdf", ContentFile(b"%PDF-"))
        event = Event.objects.first()
        event.photo.save("p.png", ContentFile(b"p"))
    club.logo.save("l.png", ContentFile(b"l"))
    files = [(each.storage, each.name) for each in (upload.file, event.photo, club.logo)]
    assert all(storage.exists(name) for storage, name in files)

    deleting.go_on(begun(club))

    assert not any(storage.exists(name) for storage, name in files)


def test_jobs_of_it_that_wait_are_dropped_and_those_of_others_stay(small):
    other = make.organisation()
    for each in (small, other):
        with scope(each):
            queue.later("hosting.count")
    begun(small)

    assert [each["organisation_id"] for each in queued("hosting.count")] == [other.pk]


def test_jobs_of_it_that_failed_meanwhile_are_not_shown_for_ever(small):
    """What was under way when it began finds nothing of what it works on."""
    begun(small)
    with scope(small):
        queue.later("hosting.count")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'hosting.count'")
    deleting.go_on(small.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE args @> %s", [f'{{"organisation_id": {small.pk}}}']
        )
        assert cursor.fetchall() == [("hosting.delete",)]


def test_nobody_is_logged_in_there_any_more(small):
    UserSession.objects.create(session_key="k", session_data="", expire_date="2030-01-01T00:00Z", organisation=small)
    begun(small)

    assert not UserSession.objects.exists()


@pytest.mark.parametrize("path", ["/", "/organisation/", "/api/v1/events", "/payments/testpay/notifications/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_its_site_answers_as_if_it_were_gone(client, small, path, method):
    """Also the webhook of a provider: 404, as at an address that never was."""
    begun(small)
    host = {"host": "toren.kring.localhost"}
    while_it_goes = getattr(client, method)(path, headers=host)
    deleting.go_on(small.pk)
    after = getattr(client, method)(path, headers=host)

    assert while_it_goes.status_code == after.status_code == 404


def test_what_happened_stands_in_the_platforms_log_under_its_name(small):
    deleting.go_on(begun(small))

    last = PlatformLog.objects.order_by("-pk").first()
    assert (last.action, last.label, last.organisation, last.old) == (
        "organisation.deleted", "De Toren", None, {"subdomain": "toren"},
    )  # fmt: skip
    assert {entry.organisation for entry in PlatformLog.objects.all()} == {None}


def test_an_organisation_that_stays_loses_no_row(club):
    before = left(club)

    assert deleting.go_on(club.pk)
    assert left(club) == before


@pytest.mark.parametrize("table", ["organisations_auditentry", "billing_invoice", "members_consent"])
def test_the_function_that_deletes_refuses_while_it_stays(club, table):
    """The negative control: the application itself may not delete from these."""
    with scope(club), connection.cursor() as cursor:
        [key] = [row[0] for row in rows(f"SELECT min(id) FROM {table} WHERE organisation_id = %s", club.pk)]
        for sql, values in [
            ("SELECT hosting_delete_rows(%s::text, %s::bigint, %s::bigint[])", [table, club.pk, [key]]),
            (f"DELETE FROM {table} WHERE id = %s", [key]),
        ]:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(sql, values)


def test_it_deletes_nothing_of_an_organisation_that_is_not_in_scope(small):
    other = make.organisation()
    begun(other)
    begun(small)

    with (
        scope(other),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="not being deleted"),
        transaction.atomic(),
    ):
        cursor.execute("SELECT hosting_delete_rows('mail_message', %s::bigint, %s::bigint[])", [small.pk, [1]])


def test_each_table_comes_before_those_it_refers_to():
    place = {table: number for number, table in enumerate(deleting.order())}
    wrong = [
        (table._meta.label, field.name)
        for table in place
        for field in deleting._references(table)
        if place[field.remote_field.model] < place[table]
    ]

    assert len(place) == len(TABLES)
    assert wrong == []
