"""An organisation is deleted while others go on, over real connections and in processes that are really killed (T6)."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.events.models import Event, Organiser
from kring.hosting import deleting, leaving
from kring.hosting.models import SurvivingPayment
from kring.organisations.models import AuditEntry, Organisation, PlatformLog
from kring.payments.models import Payment
from kring.plans.models import PlanSubscription
from kring.registrations import booking
from kring.registrations.models import Registration, Ticket
from kring.web.public import ordering
from tests import database, make, one_of_each
from tests.core.test_jobs import wait_until
from tests.jobs import work, worker
from tests.places.test_at_once import at_once
from tests.registrations.tickets import make_registration
from tests.web.public.checkout import address_of, choose
from tests.web.reading import words

pytestmark = pytest.mark.django_db(transaction=True)
IMPATIENT = {"KRING_WORKER_SILENCE_SECONDS": "2"}


@pytest.fixture
def person():
    return make.user()


@pytest.fixture
def club(person):
    """That leaves: one of everything, the person's too, and a few registrations more."""
    organisation = make.organisation(name="De Toren", subdomain="toren")
    one_of_each.of(organisation, person)
    with scope(organisation):
        for _number in range(5):
            make_registration(attendee=person)
        PlanSubscription.objects.update(cancel_at=timezone.now())
        organisation.expected = sorted(Payment.objects.values_list("pk", flat=True))
    leaving.begin_now(organisation, organisation.name)
    return organisation


@pytest.fixture
def other(organisation):
    with scope(organisation):
        organisation.attraction = make.attraction(capacity=10)
    return organisation


def is_gone(organisation):
    return not Organisation.objects.filter(pk=organisation.pk).exists()


def facts(organisation):
    """What must have happened exactly once."""
    actions = Counter(PlatformLog.objects.filter(label=organisation.name).values_list("action", flat=True))
    return actions["organisation.deleted"], sorted(SurvivingPayment.objects.values_list("number", flat=True))


def elsewhere(work: Any) -> Any:
    """In another connection, which waits for no lock worth mentioning."""

    def one() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(one).result()


def order_and_work(other, person):
    """Somebody orders there who also belongs to the one that goes, and a worker does what there is to do."""
    with scope(other):
        booking.book(other.attraction.event, {other.attraction.ticket_types.get().pk: 1}, user=person, language="en")
        jobs.later("tests.note", subject=other.pk)
    return work()


def test_others_order_and_their_jobs_are_done_while_it_goes(club, other, person):
    """All its pieces in one transaction that is still open: more locks than there ever are at once."""
    with scope(club):
        for table in deleting.order():
            while deleting.delete_some(club, table):
                pass
        deleting._remove(club)
        done = elsewhere(lambda: order_and_work(other, person))

    assert {"tests.note", "hosting.delete"} <= {*done}, "The second one meets the first, and comes back later."
    with scope(other):
        assert Registration.objects.count() == 1
        assert AuditEntry.objects.filter(action="test.noted").count() == 1
    assert is_gone(club)


def test_one_that_locks_a_table_would_be_noticed(club, other, person):
    """The negative control."""
    with psycopg.connect(database.url(database.my_name())) as owner:
        owner.execute("LOCK TABLE registrations_registration IN SHARE MODE")
        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere(lambda: order_and_work(other, person))


@contextmanager
def stopped_in_the_middle(organisation):
    """Whoever deletes the registrations of this organisation waits while the block lasts."""
    with psycopg.connect(database.url(database.my_name())) as owner:
        owner.execute("SELECT FROM registrations_registration WHERE organisation_id = %s FOR UPDATE", [organisation.pk])
        yield


def waits():
    with psycopg.connect(database.url(database.my_name())) as owner:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%hosting_delete%%'"
        )
        return owner.execute(query).fetchone() == (1,)


def test_a_worker_that_is_killed_in_the_middle_is_replaced(club):
    with stopped_in_the_middle(club):
        with worker(**IMPATIENT) as process:
            wait_until(waits, 60)
            process.send_signal(signal.SIGKILL)
            assert process.wait(timeout=30) == -signal.SIGKILL
        with scope(club):
            assert Registration.objects.exists() and not Ticket.objects.exists(), "It was in the middle."
    assert not is_gone(club)

    with worker(**IMPATIENT):
        wait_until(lambda: is_gone(club), 60)

    assert facts(club) == (1, club.expected)


def test_a_second_worker_leaves_it_to_the_first(club):
    with ThreadPoolExecutor(1) as threads:
        with stopped_in_the_middle(club):
            first = threads.submit(_to_its_end, club)
            wait_until(waits, 60)
            with pytest.raises(jobs.StillBeingDone):
                deleting.go_on(club.pk)
        assert first.result()

    assert facts(club) == (1, club.expected)


def _to_its_end(organisation):
    try:
        return deleting.go_on(organisation.pk)
    finally:
        connection.close()


def test_of_many_at_once_nothing_is_done_twice(club):
    def go_on(_number):
        while not is_gone(club):
            try:
                deleting.go_on(club.pk)
            except jobs.StillBeingDone:
                continue

    with mock.patch.object(deleting.delete_some, "__defaults__", (2,)):
        at_once(go_on, 4)

    assert facts(club) == (1, club.expected)


class Held:
    """A step of a view that waits until the test has done something meanwhile."""

    def __init__(self, step: Any) -> None:
        self.step, self.has_come, self.may_go = step, threading.Event(), threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.has_come.set()
        assert self.may_go.wait(60)
        return self.step(*args, **kwargs)


def all_but(table):
    return deleting.order()[: deleting.order().index(table)]


def delete(organisation, tables):
    leaving.begin_now(organisation, organisation.name)
    for table in tables:
        while deleting.delete_some(organisation, table):
            pass


@pytest.mark.parametrize(
    ("module", "step", "until", "status", "reads"),
    [
        (ordering, "book", None, 404, "Page not found"),
        (ordering, "book", Organiser, 404, "Page not found"),
        (ordering, "book", Event, 409, "cannot be ordered at the moment"),
        # Its tickets are chosen, and gone when they are written down.
        (booking, "_lines", Organiser, 404, "No organisation has this address"),
        (booking, "_claim", Organiser, 404, "No organisation has this address"),
    ],
)
def test_who_orders_in_that_moment_is_told(module, step, until, status, reads):
    """Their request was let in before; what it looks for is gone, a part or all."""
    organisation = make.organisation(subdomain="toren")
    with scope(organisation):
        attraction = make.attraction()
    visitor = Client(headers={"host": "toren.kring.localhost"}, raise_request_exception=False)
    visitor.get(address_of(attraction))
    held = Held(getattr(module, step))

    def buy():
        try:
            return choose(visitor, attraction)
        finally:
            connection.close()

    with mock.patch.object(module, step, held), ThreadPoolExecutor(1) as threads:
        buying = threads.submit(buy)
        try:
            assert held.has_come.wait(60)
            delete(organisation, all_but(until) if until else deleting.order())
            assert until or deleting.go_on(organisation.pk)
        finally:
            held.may_go.set()
        answer = buying.result()

    assert (answer.status_code, reads in words(answer)) == (status, True), words(answer)


def test_what_goes_wrong_elsewhere_is_no_organisation_that_has_gone(organisation):
    """The negative control: an organisation that stays says that something went wrong."""
    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"}, raise_request_exception=False)
    with scope(organisation):
        attraction = make.attraction()
    with mock.patch.object(ordering, "book", side_effect=IntegrityError):
        assert choose(visitor, attraction).status_code == 500
