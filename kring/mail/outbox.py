"""Writing a mail into the outbox, in the transaction of the fact it tells (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from kring.core import jobs
from kring.core.tenancy import current_organisation_id
from kring.mail.composing import compose
from kring.mail.models import Message, PlatformMessage
from kring.organisations.models import Organisation


def queue(
    template: str,
    *,
    to: str,
    name: str = "",
    language: str,
    subject: models.Model | None = None,
    attachments: Sequence[dict[str, Any]] = (),
    **context: Any,
) -> Message:
    """Write one mail of the scope's organisation; it leaves after the caller's commit.

    `subject` is what it is about (an order, a registration); `attachments` are `{"kind", "id"}`, made on sending;
    `context` is flat and already in words. About 1 ms and two statements.
    """
    organisation = Organisation.objects.get(pk=current_organisation_id())
    composed = compose(template, language=language, organisation=organisation, context=context | {"name": name})
    message = Message.objects.create(
        template=template,
        recipient=to,
        recipient_name=name[:200],
        language=language,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        attachments=list(attachments),
        subject_type=(subject._meta.model_name or "") if subject else "",
        subject_id=subject.pk if subject else None,
    )
    jobs.later("mail.deliver", message_id=message.pk)
    return message


def queue_for_platform(template: str, *, to: str, name: str = "", language: str, **context: Any) -> PlatformMessage:
    """A mail of the platform itself: of the main site and the portal, where there is no organisation."""
    composed = compose(template, language=language, organisation=None, context=context | {"name": name})
    message = PlatformMessage.objects.create(
        template=template,
        recipient=to,
        recipient_name=name[:200],
        language=language,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
    )
    jobs.later("mail.deliver_for_platform", message_id=message.pk)
    return message
