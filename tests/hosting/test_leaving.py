"""An organisation asks to be deleted, thinks again, or goes (T6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import User
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.core.ticking import due, due_work, tick
from kring.hosting import jobs, leaving
from kring.mail.models import PlatformMessage
from kring.organisations import activation, platform_settings
from kring.organisations.models import AuditEntry, Organisation, PlatformLog
from kring.plans.models import Plan, PlanSubscription
from tests import make
from tests.jobs import queued, work
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def club(db):
    return make.organisation(name="De  Toren", subdomain="toren")


def now(organisation):
    return Organisation.objects.get(pk=organisation.pk)


@pytest.mark.parametrize("typed", ["", "Toren", "De Torens", "DeToren"])
def test_another_name_is_refused(club, typed):
    for verb in (leaving.ask, leaving.begin_now):
        with refuses(leaving.AnotherName):
            verb(club, typed)

    assert now(club).status == Organisation.Status.ACTIVE


def test_it_is_due_after_the_days_that_the_platform_sets(club):
    platform_settings.change("deletion_grace_days", "3")
    leaving.ask(club, " de toren ")

    assert abs(now(club).deletion_due_at - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    assert now(club).status == Organisation.Status.ACTIVE, "Until then all goes on."


def test_asked_twice_it_stays_with_the_first_day_and_is_told_once(club):
    leaving.ask(club, club.name)
    first = now(club).deletion_due_at
    leaving.ask(club, club.name)

    assert now(club).deletion_due_at == first
    assert PlatformMessage.objects.count() == PlatformLog.objects.count() == 1


def test_taken_back_nothing_happens(club):
    leaving.ask(club, club.name)
    leaving.take_back(club)
    with refuses(leaving.NotAskedFor):
        leaving.take_back(club)
    later(club, days=-1, only_if_asked=True)
    with scope(club):
        jobs.delete_due()

    assert now(club).status == Organisation.Status.ACTIVE
    assert [mail.template for mail in PlatformMessage.objects.order_by("pk")] == [
        "organisation-deletion-asked",
        "organisation-deletion-taken-back",
    ]


def later(organisation, *, days, only_if_asked=False):
    rows = Organisation.objects.filter(pk=organisation.pk)
    if only_if_asked:
        rows = rows.exclude(deletion_due_at=None)
    rows.update(deletion_due_at=timezone.now() + timedelta(days=days))


def test_when_its_day_comes_the_clock_begins_it_once(club):
    stays = make.organisation()
    leaving.ask(club, club.name)
    later(club, days=-1)
    tick()
    tick()

    assert (now(club).status, now(stays).status) == ("deleting", "active")
    assert queued("hosting.delete") == [{"organisation_id": club.pk}]
    assert [entry.action for entry in PlatformLog.objects.order_by("pk")] == [
        "organisation.deletion_asked",
        "organisation.deletion_begun",
    ]


def test_before_its_day_the_clock_leaves_it_alone(club):
    leaving.ask(club, club.name)
    tick()

    assert now(club).status == "active"


def test_what_has_begun_is_not_taken_back_nor_begun_again(club):
    leaving.begin_now(club, club.name)

    for verb in (leaving.take_back, lambda each: leaving.ask(each, each.name)):
        with refuses(leaving.IsBeingDeleted):
            verb(club)
    with refuses(leaving.IsBeingDeleted):
        leaving.begin_now(club, club.name)
    assert not leaving.begin_due(club)
    assert PlatformMessage.objects.count() == 1


def test_nothing_opens_its_site_again(club):
    """By somebody who had the page of the organisation open before it began."""
    stale = now(club)
    leaving.begin_now(club, club.name)
    for verb in (lambda: activation.activate(stale), lambda: activation.block(stale, "Late")):
        with refuses(WrongState):
            verb()

    assert (now(club).status, now(club).blocked_reason) == ("deleting", "")


def test_the_clock_does_nothing_else_for_it(club, monkeypatch):
    stays = make.organisation()
    monkeypatch.setattr(due_work, "_entries", dict(due_work._entries))

    @due("test.everywhere", where=lambda: Organisation.objects.values_list("pk"))
    def note():
        return 1

    leaving.begin_now(club, club.name)

    assert tick()["test.everywhere"] == Organisation.objects.count() - 1
    assert now(stays).status == "active"


def test_from_asking_to_the_end(club):
    """Its administrators are told of each step, and it is in both logs as long as there is one."""
    with scope(club):
        boss = make.staff("org_admin", language="nl")
    leaving.ask(club, club.name)
    with scope(club):
        assert AuditEntry.objects.get().action == "organisation.deletion_asked"
    later(club, days=-1)
    tick()
    work()

    assert not Organisation.objects.filter(pk=club.pk).exists()
    mails = list(PlatformMessage.objects.order_by("pk"))
    assert [(mail.recipient, mail.language) for mail in mails] == [(boss.email, "nl")] * 2
    assert f"{club.url}/organisation/deletion/" in mails[0].text
    assert [entry.action for entry in PlatformLog.objects.order_by("pk")] == [
        "organisation.deletion_asked",
        "organisation.deletion_begun",
        "organisation.deleted",
        "logins.deleted",
    ]
    assert not User.objects.filter(pk=boss.pk).exists()
    make.organisation(subdomain="toren", name="Its address is free")


def test_while_a_plan_is_paid_for_it_stays(club):
    """Else Stripe would go on charging for what is gone. One that ends anyhow is no obstacle."""
    plan = Plan.objects.create(name="Club", stripe_price_id="price_1", interval="month", price=10, currency="EUR")
    with scope(club):
        subscription = PlanSubscription.objects.create(plan=plan, state="active", subscription_id="sub_1")
    for verb in (leaving.ask, leaving.begin_now):
        with refuses(leaving.PlanGoesOn):
            verb(club, club.name)
    with scope(club):
        PlanSubscription.objects.filter(pk=subscription.pk).update(cancel_at=timezone.now())
    leaving.ask(club, club.name)

    assert now(club).deletion_due_at
