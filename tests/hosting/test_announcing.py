"""The platform tells the administrators of its organisations something: on their dashboard, and by email."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.accounts.models import Role
from kring.accounts.roles import give
from kring.core.tenancy import scope
from kring.hosting import announcing, jobs
from kring.hosting.models import Announcement
from kring.mail.models import PlatformMessage
from kring.organisations.models import PlatformLog
from kring.plans.models import Plan
from tests import make
from tests.jobs import queued
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
TEXTS = {"en": "Maintenance on **Sunday**.", "nl": "Onderhoud op zondag."}


def published(*, begins=0, ends=1, **more):
    today = timezone.localdate()
    days = {"begins": today + timedelta(days=begins), "ends": today + timedelta(days=ends)}
    return announcing.publish(TEXTS, level="warning", **days, **more)


def seen(user, organisation):
    with scope(organisation):
        return announcing.shown_to(user, organisation)


@pytest.fixture
def ada(organisation):
    with scope(organisation):
        return make.staff("org_admin", language="nl")


def test_it_is_shown_from_its_first_day_to_its_last_until_each_closes_it(organisation, ada):
    now = published()
    published(begins=1)
    gone = published(begins=-2, ends=0)
    Announcement.objects.filter(pk=gone.pk).update(ends=timezone.localdate() - timedelta(days=1))
    assert seen(ada, organisation) == [now]

    announcing.close(now.pk, ada)
    announcing.close(now.pk, ada)

    assert seen(ada, organisation) == []
    assert seen(make.user(), organisation) == [now]
    announcing.close(12345678, ada)


def test_withdrawn_nobody_sees_it(organisation, ada):
    one = published()
    announcing.withdraw(one)

    assert seen(ada, organisation) == []
    with refuses(announcing.AnnouncementIsOver):
        announcing.withdraw(one)
    assert [entry.action for entry in PlatformLog.objects.order_by("pk")] == [
        "announcement.published",
        "announcement.withdrawn",
    ]


def test_it_may_be_for_some_statuses_and_plans_only(organisation, ada):
    plan = Plan.objects.create(name="Large", price=10, currency="EUR", stripe_price_id="price_1")
    published(statuses=["blocked"])
    published(plans=[plan.pk])
    active = published(statuses=["active", "new"])

    assert seen(ada, organisation) == [active]


def test_emails_go_once_to_each_administrator_in_their_language_whatever_they_administer(organisation, ada):
    other = make.organisation()
    with scope(other):
        make.staff("treasurer")
        give(ada, Role.Name.ORG_ADMIN)
    one = published(by_email=True)
    assert queued("hosting.announce_all") == [{"organisation_id": None, "announcement_id": one.pk}]

    jobs.announce_all(one.pk)
    waiting = queued("hosting.announce")
    for each in (organisation, other, organisation):
        with scope(each):
            jobs.announce(one.pk)

    assert {each["organisation_id"] for each in waiting} >= {organisation.pk, other.pk}
    mail = PlatformMessage.objects.get()
    assert (mail.recipient, mail.language) == (ada.email, "nl")
    assert "Onderhoud op zondag." in mail.text


def test_withdrawn_before_its_day_no_email_is_written(organisation, ada):
    one = published(by_email=True)
    announcing.withdraw(one)

    assert announcing.organisations(one.pk) == []
    with scope(organisation):
        assert announcing.mail_administrators(one.pk) == 0


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"ends": timezone.localdate() - timedelta(days=1)}, "announcement_ends_after_it_begins"),
        ({"texts": {}}, "announcement_has_a_text"),
        ({"level": "shout"}, "announcement_level_is_known"),
    ],
)
def test_the_database_refuses_what_is_not_so(wrong, name):
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Announcement.objects.create(**{"texts": TEXTS, "begins": today, "ends": today, **wrong})
