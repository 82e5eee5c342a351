from __future__ import annotations

from typing import Any

import pytest

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import reissuing
from tests.registrations.tickets import make_ticket


def test_a_ticket_is_mailed_again_and_the_log_says_to_whom(in_scope: Any) -> None:
    ticket = make_ticket(attendee_email="ada@example.org")

    reissuing.send_again(ticket)

    assert Message.objects.get().recipient == "ada@example.org"
    assert AuditEntry.objects.get().new == {"address": "ada@example.org"}


def test_a_ticket_that_opens_no_door_is_not_mailed(in_scope: Any) -> None:
    ticket = make_ticket()
    ticket.registration.cancel()

    with pytest.raises(WrongState):
        reissuing.send_again(ticket)

    assert not Message.objects.exists()
