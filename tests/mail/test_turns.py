"""Organisations take turns when emails are sent, and none sends more in an hour than it may (Q5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.mail import delivery, turns
from kring.mail.models import MailTurn, Message
from kring.organisations import platform_settings
from tests import make
from tests.jobs import queued, work
from tests.payments.test_at_the_same_moment import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving(monkeypatch: Any) -> list[str]:
    """The recipients of what leaves, in its order."""
    gone: list[str] = []
    monkeypatch.setattr(delivery, "can_leave", lambda: True)
    monkeypatch.setattr(delivery, "_hand_over", lambda mail: gone.extend(mail.to) or "")
    return gone


def mails(organisation: Any, number: int, to: str) -> None:
    """In the outbox, as `outbox.post` puts them there."""
    facts = {"event": "Gala", "day": "1 May", "contact": "x@example.org"}
    with scope(organisation):
        rows = Message.objects.bulk_create(
            Message(template="registration-cancelled", recipient=to, language="en", facts=facts) for _ in range(number)
        )
        jobs.later_each("mail.deliver", [{"message_id": each.pk} for each in rows])


def states(organisation: Any) -> list[str]:
    with scope(organisation):
        return sorted(Message.objects.values_list("state", flat=True))


def test_a_newsletter_to_ten_thousand_holds_up_no_confirmation_of_another_organisation(
    organisation: Any, leaving: list[str]
) -> None:
    other = make.organisation()
    mails(organisation, 10_000, "reader@list.example")
    mails(other, 1, "buyer@gala.example")

    work(most=2)

    assert sorted(leaving) == ["buyer@gala.example", "reader@list.example"]


def test_without_turns_it_would_wait_behind_all_of_them(organisation: Any, leaving: list[str]) -> None:
    """The negative control: each job sends the email that it was queued for."""
    other = make.organisation()
    mails(organisation, 50, "reader@list.example")
    mails(other, 1, "buyer@gala.example")
    for args in queued("mail.deliver")[:2]:
        delivery.deliver(args["organisation_id"], args["message_id"])
    assert leaving == ["reader@list.example"] * 2


def test_two_that_write_much_take_turns(organisation: Any, leaving: list[str]) -> None:
    other = make.organisation()
    mails(organisation, 20, "a@list.example")
    mails(other, 20, "b@list.example")
    work(most=10)
    assert sorted(leaving) == ["a@list.example"] * 5 + ["b@list.example"] * 5


def test_all_leave_in_the_end_each_once(organisation: Any, leaving: list[str]) -> None:
    other = make.organisation()
    mails(organisation, 30, "a@list.example")
    mails(other, 3, "b@list.example")
    work()
    assert states(organisation) + states(other) == ["sent"] * 33
    assert len(leaving) == 33
    assert not queued("mail.deliver")


def test_other_jobs_go_before_emails(organisation: Any, leaving: list[str]) -> None:
    mails(organisation, 3, "a@list.example")
    jobs.later("forms.sweep")
    assert work(most=1) == ["forms.sweep"]


def test_beyond_the_hours_limit_they_wait_for_the_next_hour(
    organisation: Any, leaving: list[str], settings: Any
) -> None:
    settings.MAILS_PER_ORGANISATION_PER_HOUR = 5
    other = make.organisation()
    mails(organisation, 8, "a@list.example")
    mails(other, 2, "b@list.example")
    work()
    assert states(organisation) == ["queued"] * 3 + ["sent"] * 5
    assert states(other) == ["sent"] * 2
    with scope(organisation):
        assert turns.sent_this_hour() == 5
        assert Message.objects.due().count() == 0

    MailTurn.objects.update(hour_ends_at=timezone.now() - timedelta(minutes=5))
    with scope(organisation):
        Message.objects.filter(state="queued").update(next_try_at=timezone.now() - timedelta(minutes=5))
        assert delivery.send_due() == 3
    work()
    assert states(organisation) == ["sent"] * 8
    with scope(organisation):
        assert turns.sent_this_hour() == 3


def test_the_portal_sets_the_limit_and_zero_is_none(organisation: Any, leaving: list[str], settings: Any) -> None:
    settings.MAILS_PER_ORGANISATION_PER_HOUR = 1
    platform_settings.change("limit_mails_per_organisation_per_hour", "0")
    mails(organisation, 4, "a@list.example")
    work()
    assert states(organisation) == ["sent"] * 4


def test_what_stays_in_the_house_is_not_counted(organisation: Any) -> None:
    mails(organisation, 2, "a@list.example")
    work()
    assert states(organisation) == ["kept"] * 2
    assert not MailTurn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_over_several_workers(organisation: Any, settings: Any) -> None:
    settings.MAILS_PER_ORGANISATION_PER_HOUR = 10
    taken = at_once(*[lambda: [turns.take(organisation.pk) for _ in range(5)]] * 4)
    assert sum(until is None for each in taken for until in each) == 10
    assert MailTurn.objects.get().sent == 10
