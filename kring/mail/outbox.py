"""Writing an email into the outbox, in the transaction of the fact it is about (N1); it is composed when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import models
from django.utils import translation

from kring.core import jobs
from kring.mail import before_activation, limits, sample_addresses
from kring.mail.attachments import AttachmentSpec
from kring.mail.composing import one_line
from kring.mail.facts import Fact, kept
from kring.mail.models import Message, PlatformMessage
from kring.mail.models.message import NAME
from kring.organisations import audit


def queue(
    template: str,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[AttachmentSpec] = (),
    is_by_stranger: bool = False,
    unsubscribe_url: str = "",
    more_facts: Mapping[str, Fact] | None = None,
    **facts: Fact,
) -> Message:
    """Write one mail of the scope's organisation; it is sent after the caller's commit.

    `subject` is what it is about (an order, a registration); `attachments` are `{"kind", "id"}`, made on sending;
    `facts` as in mail/facts.py, also from a mapping; `is_by_stranger` and `unsubscribe_url` as in `Message`. Two
    statements.
    """
    written = message(
        template,
        to=to,
        name=name,
        language=language,
        subject=subject,
        attachments=attachments,
        more_facts=more_facts,
        **facts,
    )
    written.is_by_stranger, written.unsubscribe_url = is_by_stranger, unsubscribe_url
    post([written])
    return written


def message(
    template: str,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[AttachmentSpec] = (),
    more_facts: Mapping[str, Fact] | None = None,
    **facts: Fact,
) -> Message:
    """An email as `queue` writes it, not yet in the outbox: `post` inserts any number at the price of one."""
    if twice := {"name", "to", "language", "subject", *facts} & (more_facts or {}).keys():
        raise ValueError(f"Facts of an email that are given twice, or are no facts: {', '.join(sorted(twice))}.")
    return Message(
        **_fields(template, to, name, language, {**facts, **(more_facts or {})}),
        attachments=list(attachments),
        subject_type=audit.subject_type(subject) if subject else "",
        subject_id=subject.pk if subject else None,
    )


def post(messages: Sequence[Message]) -> None:
    """They are sent after the caller's commit; none is written to people without an address, as at a box office.

    Two statements; one more where strangers can cause some of them: those beyond the limit of their address are held
    back (mail/limits.py), as are those of an organisation that is not active yet (mail/before_activation.py), and to
    people of sample data.
    """
    messages = [message for message in messages if message.recipient]
    limits.hold_back(messages)
    sample_addresses.hold_back(messages)
    before_activation.hold_back(messages)
    Message.objects.bulk_create(messages)
    leaving = [message for message in messages if message.state == Message.State.QUEUED]
    jobs.later_each("mail.deliver", [{"message_id": message.pk} for message in leaving])


def queue_for_platform(template: str, *, to: str, name: str = "", language: str, **facts: Fact) -> PlatformMessage:
    """An email of the platform itself: of the main site and the portal, where there is no organisation."""
    message = PlatformMessage.objects.create(**_fields(template, to, name, language, facts))
    jobs.later("mail.deliver_for_platform", message_id=message.pk)
    return message


def _fields(template: str, to: str, name: str, language: str, facts: dict[str, Fact]) -> dict[str, object]:
    with translation.override(language):
        plain = kept(facts)
    return {
        "template": template,
        "recipient": to,
        "recipient_name": one_line(name)[:NAME],
        "language": language,
        "facts": plain,
    }
