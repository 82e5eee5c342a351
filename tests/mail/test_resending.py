"""A person says: send it again (W7)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.refusals import WrongState
from kring.mail import resending
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests.jobs import queued


def message(state: str, **fields: Any) -> Message:
    given = {
        "template": "ticket",
        "recipient": "ada@example.org",
        "language": "en",
        "composed_subject": "s",
        "composed_text": "t",
    }
    return Message.objects.create(state=state, tries=10, error="refused", **given | fields)


@pytest.mark.parametrize("state", ["failed", "sent", "kept"])
def test_a_mail_is_queued_anew_with_a_job(in_scope: Any, state: str) -> None:
    mail = message(state)

    resending.send_again(mail)

    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error) == ("queued", 0, "")
    assert [job["message_id"] for job in queued("mail.deliver")] == [mail.pk]
    assert AuditEntry.objects.get().action == "message.sent_again"


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_a_mail_on_its_way_is_not_sent_twice(in_scope: Any, state: str) -> None:
    with pytest.raises(WrongState):
        resending.send_again(message(state))

    assert queued("mail.deliver") == []


def test_all_that_failed_goes_out_again(in_scope: Any) -> None:
    failed = [message("failed").pk, message("failed").pk]
    message("sent")

    assert resending.send_failed_again() == 2

    assert sorted(job["message_id"] for job in queued("mail.deliver")) == failed
