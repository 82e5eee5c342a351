"""Logins that only a deleted organisation knew go after it; those of anybody else stay (T6)."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.accounts.models import Profile, User, UserSession
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.hosting import deleting, jobs, leaving, logins
from kring.hosting.models import LeftLogin
from kring.organisations.models import Organisation, PlatformLog
from kring.plans.models import PlanSubscription
from tests import make, one_of_each
from tests.jobs import queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def club(db):
    return make.organisation(name="De Toren", subdomain="toren")


def delete(organisation):
    with scope(organisation):
        PlanSubscription.objects.update(cancel_at="2026-01-01T00:00Z")
    leaving.begin_now(organisation, organisation.name)
    assert deleting.go_on(organisation.pk)


def left():
    return set(User.objects.values_list("email", flat=True))


def test_who_is_known_nowhere_else_goes_with_passkeys_and_sessions(club):
    visitor = make.user("visitor@example.org")
    one_of_each.of(club, visitor)
    with scope(club):
        make.staff("org_admin", email="admin@example.org")
    UserSession.objects.create(session_key="k", session_data="", expire_date="2030-01-01T00:00Z", user=visitor)
    make.user("new@example.org")
    delete(club)
    assert {"visitor@example.org", "admin@example.org"} <= left()

    jobs.forget_logins()

    assert left() == {"new@example.org"}, "Who was never known there is nobody's business."
    assert not UserSession.objects.exists()
    assert not LeftLogin.objects.exists()
    assert PlatformLog.objects.filter(action="logins.deleted").exists()


@pytest.mark.parametrize("how", ["role", "member", "order", "profile"])
def test_who_is_known_elsewhere_stays(club, how):
    with scope(club):
        ada = make.staff("org_admin", email="ada@example.org")
    other = make.organisation()
    with scope(other):
        match how:
            case "role":
                ada.roles.create(name="treasurer")
            case "member":
                member = make.member()
                type(member).objects.filter(pk=member.pk).update(user=ada)
            case "order":
                Order.objects.create(buyer=ada, currency="EUR")
            case "profile":
                Profile.objects.create(user=ada)
    delete(club)
    jobs.forget_logins()

    assert left() == {"ada@example.org"}
    delete(other)
    jobs.forget_logins()
    assert left() == set()


def test_administrators_of_the_platform_stay(club):
    with scope(club):
        make.staff("org_admin", email="ada@example.org", is_platform_admin=True)
    delete(club)
    jobs.forget_logins()

    assert left() == {"ada@example.org"}


def test_it_goes_on_where_it_was_stopped_and_is_asked_for_by_itself(club):
    with scope(club):
        for _number in range(3):
            make.staff("door")
    delete(club)
    assert queued("hosting.forget_logins") == [{"organisation_id": None}]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    assert not logins.forget_unused(seconds=0)
    assert LeftLogin.objects.count() == 3
    jobs.count_all()
    assert len(queued("hosting.forget_logins")) == 1, "Lost, it is found again at night."
    assert logins.forget_unused()
    assert logins.forget_unused(), "Once more changes nothing."
    assert left() == set()
    assert not Organisation.objects.exists()
