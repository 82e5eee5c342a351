"""One address gets only so many mails that strangers can cause."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.mail import outbox, resending
from kring.mail.models import Message
from tests.jobs import queued
from tests.places.test_at_once import at_once

BY_ANYBODY, OF_THE_COMPLETED = "waiting-left", "order-confirmed"


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.MAILS_PER_HOUR, settings.MAILS_PER_DAY = 3, 5


def write(to: str, template: str = BY_ANYBODY) -> Message:
    fields = {"template": template, "recipient": to, "language": "en", "composed_subject": "s"}
    letter = Message(**fields)
    outbox.post([letter])
    return letter


def test_what_exceeds_an_hours_mails_to_one_address_is_held_back_and_says_why(in_scope: Any) -> None:
    states = [write("ada@example.org").state for _ in range(5)]

    assert states == ["queued"] * 3 + ["held"] * 2
    assert len(queued("mail.deliver")) == 3
    assert "by hand" in Message.objects.filter(state="held").latest("pk").trouble
    assert write("grace@example.org").state == "queued"


def test_another_spelling_of_the_mailbox_is_no_other_address(in_scope: Any) -> None:
    for spelling in ("ada@example.org", "ADA@Example.org", "ada+one@example.org"):
        write(spelling)

    assert write("ada+two@example.org").state == "held"


def test_what_was_completed_is_never_held_back_and_never_counted(in_scope: Any) -> None:
    assert {write("ada@example.org", OF_THE_COMPLETED).state for _ in range(6)} == {"queued"}
    assert write("ada@example.org").state == "queued"


def test_what_does_not_count_costs_no_statement(in_scope: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        write("ada@example.org", OF_THE_COMPLETED)
    with django_assert_num_queries(3):
        write("ada@example.org")


def test_staff_may_send_what_was_held_back(in_scope: Any) -> None:
    for _ in range(4):
        last = write("ada@example.org")

    resending.send_again(last)

    last.refresh_from_db()
    assert (last.state, last.error) == ("queued", "")
    assert queued("mail.deliver")[-1]["message_id"] == last.pk


def test_zero_is_no_limit(in_scope: Any, settings: Any) -> None:
    settings.MAILS_PER_HOUR = settings.MAILS_PER_DAY = 0

    assert {write("ada@example.org").state for _ in range(7)} == {"queued"}


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_go_out_than_one_address_may_get(organisation: Any) -> None:
    def one(_number: int) -> str:
        with scope(organisation):
            return write("ada@example.org").state

    states = at_once(one, 8)

    assert sorted(states) == ["held"] * 5 + ["queued"] * 3
