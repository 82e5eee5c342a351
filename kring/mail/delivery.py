"""Bringing mails out: claimed by one worker, tried again with growing pauses, given up in the open (N1, W7)."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from datetime import timedelta
from email.message import MIMEPart
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.mail import attachments
from kring.mail.models import Message, MessageBase, PlatformMessage
from kring.organisations.models import Organisation

log = logging.getLogger(__name__)

# Ten tries over a day and a half: a mail server may be down for a night.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 960)]


def deliver(organisation_id: int | None, message_id: int) -> None:
    """Bring one mail out now, if it is due and nobody else does. Talks to the mail server outside any transaction.

    A worker that dies between the server's yes and ours leaves the mail claimed; after STALE_AFTER it is sent once
    more, with the same Message-ID: rather twice than never.
    """
    model = Message if organisation_id else PlatformMessage
    with _scope(organisation_id):
        message = model.objects.filter(pk=message_id).first()
        if message is None or not message.claim():
            return
        organisation = Organisation.objects.get(pk=organisation_id) if organisation_id else None
        if not can_leave():
            message.mark_kept()
            return
        try:
            mail = _envelope(message, organisation)
        except Exception as error:
            log.exception("mail %s cannot be made", message_id)
            message.give_up(f"{type(error).__name__}: {error}")
            return
    error_text = _hand_over(mail)
    with _scope(organisation_id):
        if not error_text:
            message.mark_sent()
        elif message.tries <= len(PAUSES):
            _try_later(message, error_text)
        else:
            message.give_up(error_text)


def can_leave() -> bool:
    """Without a mail server (demo) nothing leaves the house: the mails can be read in the interface."""
    return "default" in mailers


def _try_later(message: MessageBase, error: str) -> None:
    at = timezone.now() + PAUSES[message.tries - 1]
    message.try_later(error, at)
    if isinstance(message, Message):
        jobs.later("mail.deliver", message_id=message.pk, at=at)


def send_due(limit: int = 200) -> int:
    """What its own job has not brought out in time gets another; mails a dead worker left behind are due again."""
    left_behind = list(Message.objects.left_behind().values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=left_behind).left_behind().update(
        state=Message.State.QUEUED, next_try_at=timezone.now()
    )
    due = left_behind + list(Message.objects.overdue().values_list("pk", flat=True)[:limit])
    for message_id in due:
        jobs.later("mail.deliver_overdue", message_id=message_id)
    return len(due)


def _scope(organisation_id: int | None) -> Any:
    return scope(organisation_id) if organisation_id else nullcontext()


def _hand_over(mail: EmailMultiAlternatives) -> str:
    """ "" when the server took it, else its words."""
    try:
        mail.send(using="default")
    except Exception as error:
        # Every failure of a network is a reason to try later, and belongs on the page of the mail.
        return f"{type(error).__name__}: {error}"[:1000]
    return ""


def _envelope(message: MessageBase, organisation: Organisation | None) -> EmailMultiAlternatives:
    sender = settings.DEFAULT_FROM_EMAIL
    if organisation:
        sender = formataddr((organisation.mail_from or organisation.name, settings.DEFAULT_FROM_EMAIL))
    domain = settings.HOST
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=sender,
        to=[formataddr((message.recipient_name, message.recipient))],
        reply_to=[organisation.reply_to or organisation.contact_email] if organisation else None,
        headers={"Message-ID": f"<{message._meta.model_name}-{message.pk}-{message.created_at:%s}@{domain}>"},
    )
    mail.attach_alternative(message.html, "text/html")
    for spec in message.attachments:
        _attach(mail, attachments.make(spec))
    return mail


def _attach(mail: EmailMultiAlternatives, made: attachments.Attachment) -> None:
    if not made.inline_cid:
        mail.attach(made.filename, made.content, made.mimetype)
        return
    part = MIMEPart()
    maintype, subtype = made.mimetype.split("/")
    part.set_content(
        made.content,
        maintype=maintype,
        subtype=subtype,
        disposition="inline",
        filename=made.filename,
        cid=f"<{made.inline_cid}>",
    )
    mail.attach(part)
