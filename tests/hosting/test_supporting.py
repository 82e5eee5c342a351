"""An administrator of the platform helps an organisation on its site: for a reason, for a while, and only as long as it
allows it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.core.tenancy import scope
from kring.hosting import supporting
from kring.hosting.models import SupportAccess
from kring.mail.models import PlatformMessage
from kring.organisations import audit
from kring.organisations.models import AuditEntry, Organisation, PlatformLog
from tests import make
from tests.places.test_at_once import at_once
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(db):
    return make.user("helper@kring.example", name="Hella Helper", is_platform_admin=True)


def granted(organisation, helper, hours=1):
    with audit.acting(helper):
        return supporting.grant(organisation, helper, reason="The import stands still.", hours=hours)


def later(access, **by):
    """As if so much time had gone by."""
    for name in ("begun_at", "until"):
        setattr(access, name, getattr(access, name) - timedelta(**by))
    access.save()


def test_it_is_in_both_logs_and_each_administrator_gets_an_email(organisation, helper):
    with scope(organisation):
        admins = {make.staff("org_admin").email for _each in range(2)}
        make.staff("treasurer")

    access = granted(organisation, helper, hours=2)

    assert access.until - access.begun_at == timedelta(hours=2)
    with scope(organisation):
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor, entry.new["reason"]) == (
            "support.granted",
            helper,
            "The import stands still.",
        )
    assert PlatformLog.objects.get().action == "support.granted"
    mails = PlatformMessage.objects.all()
    assert {mail.recipient for mail in mails} == admins
    for part in ("Hella Helper (helper@kring.example)", "The import stands still."):
        assert part in mails[0].text


def test_it_is_over_after_its_time_without_anybody_doing_anything(organisation, helper):
    access = granted(organisation, helper)
    assert supporting.running(helper, organisation) == access

    later(access, minutes=60)

    assert supporting.running(helper, organisation) is None
    with refuses(supporting.SupportIsOver):
        supporting.end(access)


@pytest.mark.parametrize("field", ["is_platform_admin", "is_active"])
def test_who_is_no_administrator_of_the_platform_any_more_has_none(organisation, helper, field):
    granted(organisation, helper)

    setattr(helper, field, False)
    helper.save()

    assert supporting.running(helper, organisation) is None
    with refuses(supporting.NoPlatformAdmin):
        supporting.grant(make.organisation(), helper, reason="x", hours=1)


def test_it_is_for_one_organisation_and_one_person(organisation, helper):
    granted(organisation, helper)

    assert supporting.running(helper, make.organisation()) is None
    assert supporting.running(make.user(is_platform_admin=True), organisation) is None


@pytest.mark.parametrize("hours", [-1, 0, 9, 1000])
def test_it_lasts_an_hour_to_eight(organisation, helper, hours):
    with refuses(supporting.SupportTooLong):
        supporting.grant(organisation, helper, reason="x", hours=hours)


def test_forbidden_it_ends_at_once_and_is_refused_until_it_is_allowed_again(organisation, helper):
    access = granted(organisation, helper)

    supporting.forbid(organisation)
    supporting.forbid(organisation)

    assert supporting.running(helper, organisation) is None
    with refuses(supporting.SupportIsForbidden):
        granted(organisation, helper)
    supporting.allow(organisation)
    assert supporting.running(helper, organisation) is None, "What ended stays over."
    assert granted(organisation, helper) != access
    with scope(organisation):
        assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
            *("support.granted", "support.forbidden", "support.ended", "support.allowed", "support.granted")
        ]


def test_one_at_a_time_and_another_one_after_it(organisation, helper):
    first = granted(organisation, helper)
    with refuses(supporting.HasSupportAccess):
        granted(organisation, helper)
    supporting.end(first)
    second = granted(organisation, helper)
    first.delete()
    later(second, hours=1)

    assert granted(organisation, helper, hours=8).is_running


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"until": timedelta(0)}, "support_access_ends_after_it_begins"),
        ({"until": timedelta(hours=8, seconds=1)}, "support_access_lasts_eight_hours_at_most"),
        ({"until": timedelta(hours=1), "ended_at": timedelta(hours=2)}, "support_access_is_ended_within_its_time"),
        ({"until": timedelta(hours=1), "reason": ""}, "support_access_has_a_reason"),
    ],
)
def test_the_database_refuses_what_is_not_so(organisation, helper, wrong, name):
    now = timezone.now()
    fields = {key: now + value if isinstance(value, timedelta) else value for key, value in wrong.items()}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SupportAccess.objects.create(
            **{"organisation": organisation, "user": helper, "reason": "x", "begun_at": now, **fields}
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_begins(organisation, helper):
    def begin(_number):
        try:
            return granted(organisation, helper)
        except supporting.HasSupportAccess:
            return None

    assert len([each for each in at_once(begin, 4) if each]) == 1
    assert SupportAccess.objects.count() == PlatformMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False])
def test_what_begins_while_it_is_being_forbidden_ends_too(organisation, helper, monkeypatch, locks):
    """The negative control: without the lock it would stay, and go on once it is allowed again."""
    begun, forbidden = threading.Event(), threading.Event()
    usual = supporting._begin

    def slowly(*args):
        begun.set()
        forbidden.wait(timeout=1 if locks else 30)
        return usual(*args)

    monkeypatch.setattr(supporting, "_begin", slowly)
    if not locks:
        monkeypatch.setattr(supporting, "_locked", lambda organisation: None)
    granting = threading.Thread(target=lambda: (granted(organisation, helper), connection.close()))
    granting.start()
    begun.wait(timeout=30)
    supporting.forbid(Organisation.objects.get(pk=organisation.pk))
    forbidden.set()
    granting.join(timeout=30)

    assert (SupportAccess.objects.get().ended_at is not None) == locks
