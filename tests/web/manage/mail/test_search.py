"""Mails are found by what the list shows of them, also those that wait and have no composed subject yet (N1)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.mail import kinds, rewording
from kring.mail.models import Message
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(admin: Staff) -> Any:
    def waiting(**fields: Any) -> None:
        given = {"template": "ticket", "recipient": "ada@example.org", "language": "en", "facts": {"event": "Gala"}}
        with scope(admin.organisation):
            Message.objects.create(**given | {"subject_type": "registration", "subject_id": 1} | fields)

    return waiting


def found(admin: Staff, q: str) -> int:
    return len(column(admin.page("mail", q=q), "Subject"))


def test_a_mail_that_waits_is_found_by_its_subject(admin: Staff, waiting: Any) -> None:
    waiting(recipient_name="Łucja")
    waiting(template="order-expired", facts={"event": "Bazaar", "number": "ABC"})

    assert found(admin, "ticket gala") == found(admin, "GÁLA") == found(admin, "lucja") == 1
    assert found(admin, "event") == found(admin, "ticket bazaar") == 0


def test_it_is_found_by_the_organisations_own_subject(admin: Staff, waiting: Any) -> None:
    waiting()
    with scope(admin.organisation):
        kind = kinds.kind("ticket")
        assert kind is not None
        _subject, body = rewording.offered(kind, "en")
        rewording.reword(kind, "en", subject="Admission to {event}", body=body)

    assert found(admin, "admission") == 1


def test_it_is_found_in_the_language_it_is_sent_in(admin: Staff, waiting: Any) -> None:
    waiting(language="pl", template="ticket")

    assert found(admin, "bilet") == 1


def test_what_was_sent_is_found_by_the_subject_it_had(admin: Staff, waiting: Any) -> None:
    waiting(facts=None, composed_subject="Welcome to the Gala", state="sent")

    assert found(admin, "welcome gala") == 1
    assert found(admin, "bazaar") == 0
