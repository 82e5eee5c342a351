"""Mails reach a real mail server; one that is down loses nothing and is seen (N1, W7)."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from kring.core.tenancy import scope
from kring.mail import delivery, resending
from kring.mail.attachments import Attachment, attachment
from kring.mail.models import STALE_AFTER, Message
from kring.mail.outbox import queue
from tests.working import queued, work

pytestmark = pytest.mark.django_db


class Mailbox:
    """A mail server that keeps what it gets, or refuses as it is told."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox(settings, unused_port):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_port)
    controller.start()
    settings.MAILERS = smtp(unused_port)
    yield box
    controller.stop()


def smtp(port: int) -> dict[str, Any]:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5}}}


def a_mail(organisation: Any, **fields: Any) -> Message:
    facts = {"event": "Gala", "day": "1 May", "contact": "x@example.org"}
    with scope(organisation):
        return queue("registration-cancelled", to="ada@example.org", name="Ada", language="en", **facts | fields)


def now(message: Message, organisation: Any) -> Message:
    with scope(organisation):
        return Message.objects.get(pk=message.pk)


def test_a_mail_is_delivered_with_text_html_and_the_organisations_name(organisation, mailbox):
    message = a_mail(organisation)

    work()

    [mail] = mailbox.mails
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Subject"] == "Your registration for Gala was cancelled"
    assert organisation.name in mail["From"]
    assert mail["Reply-To"] == organisation.contact_email
    kinds = [part.get_content_type() for part in mail.walk()]
    assert "text/plain" in kinds and "text/html" in kinds
    assert now(message, organisation).state == Message.State.SENT


def test_attachments_are_made_when_the_mail_leaves(organisation, mailbox):
    attachment("test-picture")(lambda pk: Attachment(f"{pk}.png", b"PNG", "image/png", inline_cid=f"pic-{pk}"))
    attachment("test-file")(lambda pk: Attachment(f"{pk}.pdf", b"%PDF", "application/pdf"))
    specs = [{"kind": "test-picture", "id": 3}, {"kind": "test-file", "id": 4}]
    a_mail(organisation, attachments=specs)

    work()

    [mail] = mailbox.mails
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"]["Content-ID"] == "<pic-3>"
    assert parts["application/pdf"].get_filename() == "4.pdf"


def test_a_dead_mail_server_loses_nothing_and_is_seen(organisation, settings, unused_port):
    settings.MAILERS = smtp(unused_port)
    message = a_mail(organisation)

    work()

    waiting = now(message, organisation)
    assert waiting.state == Message.State.QUEUED
    assert waiting.tries == 1
    assert "refused" in waiting.error.lower()
    assert waiting.next_try_at > timezone.now()


def test_once_the_server_is_back_the_mail_arrives_once(organisation, mailbox):
    mailbox.refusal = "451 come back later"
    message = a_mail(organisation)
    work()
    mailbox.refusal = ""

    make_due(message, organisation)
    work(later=timedelta(hours=1))
    work(later=timedelta(hours=2))

    assert len(mailbox.mails) == 1
    assert now(message, organisation).state == Message.State.SENT
    assert now(message, organisation).tries == 2


def make_due(message: Message, organisation: Any) -> None:
    with scope(organisation):
        Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now())


def test_after_the_last_try_it_has_failed_and_can_be_sent_again(organisation, mailbox):
    mailbox.refusal = "550 no such mailbox"
    message = a_mail(organisation)
    with scope(organisation):
        Message.objects.filter(pk=message.pk).update(tries=len(delivery.PAUSES))
    work()
    failed = now(message, organisation)
    assert failed.state == Message.State.FAILED
    assert "no such mailbox" in failed.error

    mailbox.refusal = ""
    with scope(organisation):
        resending.send_again(failed)
    work()

    assert now(message, organisation).state == Message.State.SENT
    assert len(mailbox.mails) == 1


def test_two_workers_with_the_same_job_send_one_mail(organisation, mailbox):
    message = a_mail(organisation)

    delivery.deliver(organisation.pk, message.pk)
    delivery.deliver(organisation.pk, message.pk)

    assert len(mailbox.mails) == 1


def test_what_a_killed_worker_left_behind_is_taken_up_again(organisation, mailbox):
    message = a_mail(organisation)
    with scope(organisation):
        message.claim()
        Message.objects.filter(pk=message.pk).update(claimed_at=timezone.now() - STALE_AFTER)

        assert delivery.send_due() == 1
    work()

    assert len(mailbox.mails) == 1


def test_without_a_mail_server_nothing_leaves_and_it_can_be_read(organisation, settings):
    settings.MAILERS = {}
    message = a_mail(organisation)

    work()

    assert now(message, organisation).state == Message.State.KEPT


def test_a_mail_of_a_rolled_back_fact_was_never_written(organisation):
    with pytest.raises(RuntimeError), scope(organisation):
        queue("registration-cancelled", to="ada@example.org", language="en", event="x", day="y", contact="z")
        raise RuntimeError

    with scope(organisation):
        assert not Message.objects.exists()
    assert not queued("mail.deliver")
