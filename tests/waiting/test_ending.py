"""Waiting entries and the clock (W4, W5, W7): also after a day on which nothing worked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.core import dates
from kring.events.models import Event
from kring.mail.models import Message
from kring.waiting import ending, inviting, mails
from kring.waiting.models import Invitation, WaitingEntry
from tests import jobs
from tests.waiting.queueing import begin, free_one, fresh, invitation_of, let_lapse, sold_out, states, wait

pytestmark = pytest.mark.usefixtures("in_scope")


def test_the_reminder_comes_once_before_the_deadline(invited):
    _attraction, _eve, _bob = invited
    assert ending.remind_due() == 0
    Invitation.objects.update(remind_at=timezone.now())

    assert (ending.remind_due(), ending.remind_due()) == (1, 0)

    assert Message.objects.filter(template="waiting-reminder", recipient="eve@example.org").count() == 1


def test_nobody_is_reminded_at_once_of_what_she_was_just_told():
    attraction = sold_out(hours=48, remind_hours=12)
    Event.objects.update(starts_at=timezone.now() + timedelta(hours=5))
    eve = wait(fresh(attraction))
    free_one(attraction)

    assert invitation_of(eve).remind_at is None
    assert ending.remind_due() == 0


def test_whoever_has_begun_to_register_is_not_reminded(invited):
    _attraction, eve, _bob = invited
    begin(eve)
    Invitation.objects.update(remind_at=timezone.now())

    assert ending.remind_due() == 0


def test_no_invitation_is_good_beyond_the_beginning_of_the_event():
    attraction = sold_out(hours=720)
    event, now = attraction.event, timezone.now()
    waiting_list = event.waiting_lists.get()

    waiting_list.event.starts_at = now + timedelta(days=2)
    assert inviting.deadline_of(waiting_list, now) == now + timedelta(days=2)
    # It has begun, and one may come later: until its end.
    waiting_list.event.starts_at, waiting_list.event.ends_at = now - timedelta(days=1), now + timedelta(days=1)
    assert inviting.deadline_of(waiting_list, now) == now + timedelta(days=1)


def mail_is(entry, **facts):
    Message.objects.filter(pk=invitation_of(entry).message_id).update(**facts)


def comes_to_nothing(attraction, entry):
    """The mail was not sent before the deadline, and the next in the queue is invited."""
    mail_is(entry, state="queued", sent_at=None)
    let_lapse(entry)
    ending.expire_due()
    inviting.fill(attraction.event_id)


def test_whom_the_mail_never_reached_keeps_her_turn_three_times_at_most(invited):
    attraction, eve, bob = invited
    for times in (1, 2):
        comes_to_nothing(attraction, eve)
        assert states(eve, bob) == ["invited", "waiting"]
        assert Invitation.objects.filter(state="unsent").count() == times
    assert Message.objects.filter(template="waiting-invited", state="withdrawn").count() == 2
    # Mail to somebody else was sent meanwhile: the fault is this address.
    wait(attraction, name="cem")
    Message.objects.filter(recipient="cem@example.org").update(state="sent", sent_at=timezone.now())

    mail_is(eve, state="failed", sent_at=None)
    let_lapse(eve)
    ending.expire_due()
    jobs.work()

    assert states(eve, bob) == ["expired", "invited"]


def test_while_nobodys_mail_leaves_she_keeps_it_for_days(invited):
    attraction, eve, bob = invited
    for _ in range(5):
        comes_to_nothing(attraction, eve)
    assert states(eve, bob) == ["invited", "waiting"]

    Invitation.objects.update(created_at=timezone.now() - ending.LONGEST_SILENCE)
    comes_to_nothing(attraction, eve)

    assert states(eve, bob) == ["expired", "invited"]


def test_a_mail_that_left_after_the_deadline_reached_nobody(invited):
    """The worker was down for a day, and sends the mails before it checks the clock."""
    attraction, eve, bob = invited
    let_lapse(eve)
    mail_is(eve, state="sent", sent_at=timezone.now())

    ending.expire_due()
    inviting.fill(attraction.event_id)

    assert states(eve, bob) == ["invited", "waiting"]


def test_a_mail_that_left_in_time_counts(invited):
    _attraction, eve, bob = invited
    let_lapse(eve)
    mail_is(eve, state="sent", sent_at=timezone.now() - timedelta(hours=1))

    ending.expire_due()
    jobs.work()

    assert states(eve, bob) == ["expired", "invited"]


def test_the_mail_says_which_of_the_two_hours_of_the_change_of_time_is_meant():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    with dates.written_for("en", ZoneInfo("Europe/Amsterdam")):
        message = [mails.deadline_words(first), mails.deadline_words(second)]

    assert message[0].endswith("02:30 CEST")
    assert message[1].endswith("02:30 CET")


@pytest.mark.parametrize(
    "joined", [datetime(2032, 10, 29, 0, 30, tzinfo=UTC), datetime(2032, 10, 29, 1, 30, tzinfo=UTC)]
)
def test_of_a_deadline_in_the_hour_that_comes_twice_no_hour_is_lost_or_won(joined):
    attraction = sold_out(hours=48)
    waiting_list = attraction.event.waiting_lists.get()
    waiting_list.event.starts_at = datetime(2033, 1, 1, tzinfo=UTC)

    with dates.written_for("en", ZoneInfo("Europe/Amsterdam")):
        assert inviting.deadline_of(waiting_list, joined) - joined == timedelta(hours=48)


def test_the_deadline_is_on_the_clock_of_whoever_waits():
    attraction = sold_out()
    wait(attraction, name="far", time_zone="America/New_York")
    strange = wait(attraction, name="odd", time_zone="../../etc/passwd")
    free_one(attraction)

    invitation = Invitation.objects.get()
    with dates.written_for("en", ZoneInfo("America/New_York")):
        assert mails.deadline_words(invitation.expires_at) in invitation.message.text
    assert mails.zone_of(strange, strange.organisation) == strange.organisation.zone


def test_an_invitation_sent_again_has_a_link_that_works(invited):
    _attraction, eve, _bob = invited

    inviting.send_again(Invitation.objects.select_related("entry__event", "attraction").get(entry=eve))

    again = invitation_of(eve)
    assert Message.objects.filter(template="waiting-invited", recipient="eve@example.org").count() == 2
    assert again.secret in fresh(again.message).text


@pytest.mark.parametrize("people", [1, 12])
def test_the_end_of_a_list_costs_the_same_for_many(people, django_assert_max_num_queries):
    attraction = sold_out()
    for _ in range(people):
        wait(attraction)

    with django_assert_max_num_queries(16):
        assert ending.end(attraction.event_id) == people
    assert not WaitingEntry.objects.live().exists()
