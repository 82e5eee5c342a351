"""The mails as staff reads them (N1, W7)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.mail.models import Message
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column, text

pytestmark = pytest.mark.django_db
SECRET = "https://x.kring.localhost/accounts/welcome/abc/secret-token/"


def write(organisation: Any, **fields: Any) -> Message:
    given = {"template": "ticket", "recipient": "ada@example.org", "language": "en", "composed_subject": "Your ticket"}
    given |= {
        "composed_text": f"Hello\n{SECRET}",
        "composed_html": f'<p>Hello</p><a href="{SECRET}">Set a password</a>',
    }
    with scope(organisation):
        return Message.objects.create(**given | {"subject_type": "registration", "subject_id": 1} | fields)


def test_a_failed_mail_is_told_on_top_with_its_error_on_its_page(admin: Staff) -> None:
    message = write(admin.organisation, state="failed", error="ConnectionRefusedError: [Errno 111] Connection refused")
    write(admin.organisation, state="sent")

    assert "1 email could not be sent" in text(admin.page("mail"))
    assert len(column(admin.page("mail", state="failed"), "Subject")) == 1
    page = text(admin.page("message", message.pk))
    assert "The mail server cannot be reached. Technical details ConnectionRefusedError: [Errno 111]" in page


def test_a_mail_is_sent_again(admin: Staff) -> None:
    message = write(admin.organisation, state="failed")

    admin.act("message_sending", message.pk)

    with scope(admin.organisation):
        assert Message.objects.get().state == "queued"


def test_a_mail_that_was_held_back_says_why_and_staff_sends_it(admin: Staff) -> None:
    message = write(admin.organisation, state="held", next_try_at=None)
    assert len(column(admin.page("mail", state="held"), "Subject")) == 1

    page = text(admin.page("message", message.pk))
    admin.act("message_sending", message.pk)

    assert "It was held back This address has been sent as many emails in the last hour or day" in page
    assert "Send again" in page
    assert "It could not be sent" not in page
    with scope(admin.organisation):
        assert Message.objects.get().state == "queued"


def test_all_failed_mails_are_sent_again_and_it_says_how_many(admin: Staff) -> None:
    write(admin.organisation, state="failed")
    write(admin.organisation, state="failed")
    assert "2 emails go to their recipients" in text(admin.page("mail_sending"))

    admin.act("mail_sending")

    with scope(admin.organisation):
        assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_a_link_to_become_somebody_is_shown_to_nobody_but_her(admin: Staff) -> None:
    message = write(admin.organisation)

    pages = admin.page("message", message.pk).content + admin.page("message_html", message.pk).content

    assert b"secret-token" not in pages
    assert b"Set a password" in pages


def test_the_mail_is_framed_under_a_policy_of_its_own(admin: Staff) -> None:
    message = write(admin.organisation, composed_html="<script>alert(1)</script><p>Hello</p>")

    response = admin.page("message_html", message.pk)

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "sandbox" in policy
    assert "frame-ancestors 'self'" in policy and response["X-Frame-Options"] == "SAMEORIGIN"
    assert 'sandbox title="' in admin.page("message", message.pk).content.decode()


def test_an_organiser_reads_what_is_about_events_and_not_what_is_about_logins(organiser: Staff) -> None:
    write(organiser.organisation, composed_subject="About an event")
    private = write(organiser.organisation, composed_subject="About a login", subject_type="", subject_id=None)

    assert column(organiser.page("mail"), "Subject") == ["About an event"]
    for name in ("message", "message_html", "message_sending"):
        assert organiser.page(name, private.pk).status_code == 404


def test_an_attachment_that_is_not_there_is_not_found(admin: Staff) -> None:
    assert admin.page("message_attachment", write(admin.organisation).pk, 0).status_code == 404
