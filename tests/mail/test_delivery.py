"""Mails reach a real mail server; one that is down loses nothing and is seen (N1, W7)."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation

from kring.core.tenancy import scope
from kring.mail import delivery, resending
from kring.mail.attachments import Attachment, attachment
from kring.mail.models import STALE_AFTER, Message
from kring.mail.outbox import queue, queue_for_platform
from kring.organisations.models import Organisation
from tests.jobs import queued, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def kinds_of_attachments():
    attachment("test-picture")(lambda pk: Attachment(f"{pk}.png", b"PNG", "image/png", inline_cid=f"pic-{pk}"))
    attachment("test-file")(lambda pk: Attachment(f"{pk}.pdf", b"%PDF", "application/pdf"))


class Mailbox:
    """A mail server that keeps what it gets, or refuses as set."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content))
        self.contents.append(envelope.content)
        self.recipients += envelope.rcpt_tos
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
    facts = {"name": "Ada", "event": "Gala", "day": "1 May", "contact": "x@example.org"}
    with scope(organisation):
        return queue("registration-cancelled", to="ada@example.org", language="en", **facts | fields)


def now(message: Message, organisation: Any) -> Message:
    with scope(organisation):
        return Message.objects.get(pk=message.pk)


def test_a_mail_is_delivered_with_text_html_and_the_organisations_name(organisation, mailbox):
    message = a_mail(organisation)

    work()

    [mail] = mailbox.mails
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Subject"] == "The registration for Gala was cancelled"
    assert organisation.name in mail["From"]
    assert mail["Reply-To"] == organisation.contact_email
    kinds = [part.get_content_type() for part in mail.walk()]
    assert "text/plain" in kinds and "text/html" in kinds
    assert now(message, organisation).state == Message.State.SENT


def test_attachments_are_made_when_the_mail_leaves(organisation, mailbox):
    specs = [{"kind": "test-picture", "id": 3}, {"kind": "test-file", "id": 4}]
    a_mail(organisation, attachments=specs)

    work()

    [mail] = mailbox.mails
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"]["Content-ID"] == "<pic-3>"
    assert parts["application/pdf"].get_filename() == "4.pdf"


def test_pictures_belong_to_the_html_and_files_to_the_mail(organisation, mailbox):
    specs = [{"kind": "test-picture", "id": 3}, {"kind": "test-picture", "id": 4}, {"kind": "test-file", "id": 5}]
    a_mail(organisation, attachments=specs)

    work()

    [mail] = mailbox.mails
    assert shape(mail) == [
        "multipart/mixed",
        [
            ["multipart/alternative", ["text/plain", ["multipart/related", ["text/html", "image/png", "image/png"]]]],
            "application/pdf",
        ],
    ]
    related = next(part for part in mail.walk() if part.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"


def shape(part):
    kind = part.get_content_type()
    return [kind, [shape(each) for each in part.get_payload()]] if part.is_multipart() else kind


def test_mails_say_that_a_machine_sent_them(organisation, mailbox):
    a_mail(organisation)
    queue_for_platform("no-account", to="bob@example.org", language="en", signup_url="https://kring.localhost/")

    work()

    assert [mail["Auto-Submitted"] for mail in mailbox.mails] == ["auto-generated"] * 2
    assert {mail["X-Auto-Response-Suppress"] for mail in mailbox.mails} == {"OOF, AutoReply"}


NAMES = [
    *("Ann, Zoë", "Zoë (Ann, mum)", "x@evil.example, Zoë", 'Zoë "Z" <z@evil.example>', "Ann, Bob", "Ann; Bob: Zoë"),
    *('"', "\\", "=?utf-8?q?boss?=", "Zoë" * 66, "a, " * 66, "漢, " * 66, "[a]:<b>,@;" * 20, "🎫", "O'Neill"),
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
def test_one_person_is_one_mailbox_whatever_the_name(organisation, mailbox, name):
    with scope(organisation):
        Organisation.objects.filter(pk=organisation.pk).update(mail_from=name)
    a_mail(organisation, name=name)

    work()

    [mail] = mailbox.mails
    for header, address in (("To", "ada@example.org"), ("From", settings.DEFAULT_FROM_EMAIL)):
        [(result, found)] = getaddresses([mail[header]])
        assert (found, str(make_header(decode_header(result)))) == (address, name.strip())
        [one] = message_from_bytes(mailbox.contents[0], policy=policy.default)[header].addresses
        # Python's newer parser puts blanks between encoded words, which RFC 2047 does not.
        assert (one.addr_spec, one.display_name.replace(" ", "")) == (address, name.replace(" ", ""))
    assert mailbox.recipients == ["ada@example.org"]
    assert max(map(len, mailbox.contents[0].split(b"\r\n"))) < 998


@pytest.mark.parametrize("name", ["Ada\r\nBcc: eve@evil.example", "Ada\n\nHi", "Ada\x00\x0b\x85"])
def test_a_name_begins_no_header(organisation, mailbox, name):
    a_mail(organisation, name=name.replace("\x00", ""))
    with scope(organisation):
        Organisation.objects.filter(pk=organisation.pk).update(name=name.replace("\x00", ""))

    work()

    [mail] = mailbox.mails
    assert mail["Bcc"] is None
    assert mailbox.recipients == ["ada@example.org"]
    assert [address for _name, address in getaddresses([mail["To"]])] == ["ada@example.org"]
    assert [address for _name, address in getaddresses([mail["From"]])] == [settings.DEFAULT_FROM_EMAIL]


def test_a_domain_beyond_ascii_goes_out_as_idna(organisation, mailbox):
    with scope(organisation):
        Organisation.objects.filter(pk=organisation.pk).update(reply_to="büro@münchen.example".replace("ü", "u", 1))
        message = queue(
            "registration-cancelled",
            to="jan@münchen.example",
            name="Jan, Zoë",
            language="en",
            event="x",
            day="y",
            contact="z",
        )

    work()

    [mail] = mailbox.mails
    assert mailbox.recipients == ["jan@xn--mnchen-3ya.example"]
    assert [address for _name, address in getaddresses([mail["To"]])] == mailbox.recipients
    assert mail["Reply-To"] == "buro@xn--mnchen-3ya.example"
    assert now(message, organisation).state == Message.State.SENT


def test_what_cannot_be_delivered_to_is_a_failed_mail_with_its_reason(organisation, mailbox):
    message = a_mail(organisation)
    with scope(organisation), connection.cursor() as cursor:
        # As rows are that are older than the rule.
        cursor.execute("UPDATE mail_message SET recipient = 'alı@example.org' WHERE id = %s", [message.pk])

    work()

    failed = now(message, organisation)
    assert (failed.state, failed.tries) == (Message.State.FAILED, 1)
    assert failed.error.startswith("BadAddress: alı@example.org: Before the @")
    assert failed.trouble.startswith("The recipient's address is not valid.")
    assert not mailbox.mails


def test_a_mail_that_could_not_be_made_is_made_later(organisation, mailbox):
    broken = [True]

    def picture(pk: int) -> Attachment:
        if broken:
            raise RuntimeError("no paper")
        return Attachment("a.png", b"PNG", "image/png")

    attachment("test-broken")(picture)
    message = a_mail(organisation, attachments=[{"kind": "test-broken", "id": 1}])
    work()
    waiting = now(message, organisation)
    assert (waiting.state, waiting.error) == (Message.State.QUEUED, "RuntimeError: no paper")

    broken.clear()
    make_due(message, organisation)
    work(later=timedelta(hours=1))

    assert now(message, organisation).state == Message.State.SENT
    assert len(mailbox.mails) == 1


def test_a_dead_mail_server_loses_nothing_and_is_seen(organisation, settings, unused_port):
    settings.MAILERS = smtp(unused_port)
    message = a_mail(organisation)

    work()

    waiting = now(message, organisation)
    assert waiting.state == Message.State.QUEUED
    assert waiting.tries == 1
    assert "refused" in waiting.error.lower()
    with translation.override("nl"):
        assert waiting.trouble == "De mailserver is niet bereikbaar."
    assert waiting.next_try_at > timezone.now()


def test_once_the_server_is_back_the_mail_arrives_once(organisation, mailbox):
    mailbox.refusal = "451 come back later"
    message = a_mail(organisation)
    work()
    assert (
        now(message, organisation).trouble
        == "The mail server does not accept this email at the moment; it may do so later."
    )
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
    assert failed.trouble.startswith("The mail server refused this email,")

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
