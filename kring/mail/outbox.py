"""Writing a mail into the outbox, in the transaction of the fact it tells (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from kring.core import jobs
from kring.mail import limits
from kring.mail.composing import Composed, compose, one_line
from kring.mail.models import Message, PlatformMessage
from kring.organisations.current import current_organisation

SUBJECT, NAME = 300, 200


def queue(
    template: str,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[dict[str, Any]] = (),
    is_by_stranger: bool = False,
    **context: Any,
) -> Message:
    """Write one mail of the scope's organisation; it leaves after the caller's commit.

    `subject` is what it is about (an order, a registration); `attachments` are `{"kind", "id"}`, made on sending;
    `context` is flat and already in words; `is_by_stranger` as in `Message`. About 1 ms and two statements.
    """
    written = letter(template, to=to, name=name, language=language, subject=subject, attachments=attachments, **context)
    written.is_by_stranger = is_by_stranger
    post([written])
    return written


def letter(
    template: str,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[dict[str, Any]] = (),
    **context: Any,
) -> Message:
    """A mail as `queue` writes it, not yet in the outbox: `post` puts several there at the price of one."""
    composed = compose(
        template, language=language, organisation=current_organisation(), context=context | {"name": name}
    )
    return finished(template, composed, to=to, name=name, language=language, subject=subject, attachments=attachments)


def finished(
    template: str,
    composed: Composed,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[dict[str, Any]] = (),
) -> Message:
    """A mail as `letter` makes it, of what was composed elsewhere (`moulds`)."""
    return Message(
        template=template,
        recipient=to,
        recipient_name=one_line(name)[:NAME],
        language=language,
        subject=composed.subject[:SUBJECT],
        text=composed.text,
        html=composed.html,
        attachments=list(attachments),
        subject_type=(subject._meta.model_name or "") if subject else "",
        subject_id=subject.pk if subject else None,
    )


def post(letters: Sequence[Message]) -> None:
    """They leave after the caller's commit. Two statements; one more where strangers can cause some of them, and those
    beyond what one address may get of such are held back (mail/limits.py)."""
    limits.hold_back(letters)
    Message.objects.bulk_create(letters)
    leaving = [message for message in letters if message.state == Message.State.QUEUED]
    jobs.later_each("mail.deliver", [{"message_id": message.pk} for message in leaving])


def queue_for_platform(template: str, *, to: str, name: str = "", language: str, **context: Any) -> PlatformMessage:
    """A mail of the platform itself: of the main site and the portal, where there is no organisation."""
    composed = compose(template, language=language, organisation=None, context=context | {"name": name})
    message = PlatformMessage.objects.create(
        template=template,
        recipient=to,
        recipient_name=one_line(name)[:NAME],
        language=language,
        subject=composed.subject[:SUBJECT],
        text=composed.text,
        html=composed.html,
    )
    jobs.later("mail.deliver_for_platform", message_id=message.pk)
    return message
