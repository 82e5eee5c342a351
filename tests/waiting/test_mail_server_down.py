"""A mail server that refuses for a day: nobody loses their turn, staff sees it, the invitations are sent later (W7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.events.models import WaitingList
from kring.mail.models import Message
from kring.waiting import ending, inviting
from kring.waiting.models import Invitation, WaitingEntry
from tests import make
from tests.jobs import work
from tests.mail.conftest import unused_port  # noqa: F401
from tests.mail.test_delivery import mailbox  # noqa: F401
from tests.waiting.passing import let_pass
from tests.waiting.queueing import begin, enlarge, invitation_of, sold_out, states, taken, wait
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import text

HOUR = timedelta(hours=1)
REFUSAL = "451 4.3.2 not today"


@pytest.fixture
def queue(organisation: Any, mailbox: Any) -> Any:  # noqa: F811
    """Eve is the first who waits, Bob the next; the mail server has begun to refuse, and a place has come free."""
    with scope(organisation):
        attraction = sold_out()
        attraction.eve, attraction.bob = wait(attraction, name="eve"), wait(attraction, name="bob")
        work()
        mailbox.mails.clear()
        mailbox.refusal = REFUSAL
        return attraction


@pytest.fixture
def organiser(organisation: Any) -> Staff:
    with scope(organisation):
        return Staff(organisation, make.staff(Role.Name.ORGANISER))


def hours_pass(organisation: Any, number: int) -> None:
    """With a worker that does each hour what is due."""
    for _ in range(number):
        let_pass(organisation, HOUR)
        with scope(organisation):
            ending.remind_due()
            ending.expire_due()
            inviting.fill_all()
        work()


def free(organisation: Any, attraction: Any) -> None:
    with scope(organisation):
        enlarge(attraction)
    work()


def states_of_both(organisation: Any, attraction: Any) -> list[str]:
    with scope(organisation):
        return states(attraction.eve, attraction.bob)


def invitations_in(organisation: Any, box: Any) -> list[str]:
    """To whom the server took one."""
    with scope(organisation):
        subjects = {each.subject for each in Message.objects.filter(template="waiting-invited")}
    return [mail["To"] for mail in box.mails if mail["Subject"] in subjects]


def test_after_a_day_it_is_marked_and_seen_and_leaves_by_itself(organisation, queue, mailbox, organiser):  # noqa: F811
    free(organisation, queue)
    hours_pass(organisation, 24)

    assert states_of_both(organisation, queue) == ["invited", "waiting"]
    assert mailbox.mails == []
    page = text(organiser.page("waiting_list", queue.event_id))
    for expected in ("email not sent", "1 invitation could not be sent so far.", "not today"):
        assert expected in page, expected
    assert "1 invitation could not be sent" in text(organiser.page("dashboard"))

    mailbox.refusal = ""
    hours_pass(organisation, 16)

    assert len(invitations_in(organisation, mailbox)) == 1
    assert "email not sent" not in text(organiser.page("waiting_list", queue.event_id))
    with scope(organisation):
        assert invitation_of(queue.eve).secret in str(mailbox.mails[0])
        assert begin(queue.eve).state == "open"
        assert taken(queue) == 2


def test_once_the_server_is_back_one_click_sends_it_and_it_comes_once(organisation, queue, mailbox, organiser):  # noqa: F811
    free(organisation, queue)
    hours_pass(organisation, 24)
    mailbox.refusal = ""

    organiser.post(url("waiting_sending", queue.event_id))
    work()

    assert len(invitations_in(organisation, mailbox)) == 1
    hours_pass(organisation, 20)
    assert len(invitations_in(organisation, mailbox)) == 1
    assert states_of_both(organisation, queue) == ["invited", "waiting"]


def test_however_short_an_invitation_is_good_for_a_day_without_mail_costs_nobody_her_turn(
    organisation,
    queue,
    mailbox,  # noqa: F811
):
    with scope(organisation):
        WaitingList.objects.update(hours=5, remind_hours=None)
    free(organisation, queue)
    hours_pass(organisation, 24)

    assert states_of_both(organisation, queue) == ["invited", "waiting"]
    with scope(organisation):
        # Over and over: each time they kept their turn, and got new hours.
        assert Invitation.objects.filter(entry=queue.eve, state="unsent").count() == 4
        assert taken(queue) == 2
    mailbox.refusal = ""
    hours_pass(organisation, 2)
    assert len(invitations_in(organisation, mailbox)) == 1
    with scope(organisation):
        assert begin(WaitingEntry.objects.get(pk=queue.eve.pk)).state == "open"
