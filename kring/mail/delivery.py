"""Composing and sending mails (N1, W7).

An email is claimed by one worker, retried with growing pauses, and visibly failed in the end.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, mailers
from django.utils import timezone, translation

from kring.core import jobs
from kring.core.tenancy import in_scope, scope
from kring.mail import attachments, troubles, turns
from kring.mail.envelopes import envelope
from kring.mail.models import Message, MessageBase, PlatformMessage

log = logging.getLogger(__name__)

# Ten tries over a day and a half: a mail server may be down for a night.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 960)]


# Other workers may be faster; who finds none five times in a row finds none.
TRIES = 5


def deliver_next(organisation_id: int, message_id: int) -> None:
    """Deliver the email whose turn it is, of whatever organisation; nothing where none is due. Within a scope, which
    sees no other organisation, this one."""
    if in_scope():
        deliver(organisation_id, message_id)
        return
    for _try in range(TRIES):
        found = turns.next_due()
        if found is None or deliver(*found):
            return


def deliver(organisation_id: int | None, message_id: int) -> bool:
    """Compose and send one mail now, if it is due and no other worker has it: whether this was so. Talks to the mail
    server outside any transaction.

    Of an organisation that has sent as many as it may in this hour, all that are due wait for the next one.

    A worker that dies after the server accepted the mail, and before noting it, leaves it claimed; after STALE_AFTER it
    is sent once more, with the same Message-ID: rather twice than never.
    """
    model = Message if organisation_id else PlatformMessage
    if organisation_id and can_leave() and (until := turns.take(organisation_id)):
        with scope(organisation_id):
            Message.objects.due().update(next_try_at=until)
        return False
    with _scope(organisation_id):
        message = model.objects.filter(pk=message_id).first()
        if message is None or not message.claim():
            return False
        try:
            composed = message.compose()
        except Exception as error:
            log.exception("mail %s cannot be composed", message_id)
            _failed(message, f"{troubles.NOT_COMPOSED}: {type(error).__name__}: {error}"[:1000])
            return True
        if not can_leave():
            message.mark_kept()
            return True
        try:
            mail = envelope(message, composed, message.sender, [attachments.make(spec) for spec in message.attachments])
        except ValidationError as error:
            # No pause corrects an address: staff correct it and send the mail again.
            with translation.override("en"):
                message.give_up(f"{troubles.BAD_ADDRESS}: {message.recipient}: {error.messages[0]}")
            return True
        except Exception as error:
            log.exception("mail %s cannot be made", message_id)
            _failed(message, f"{type(error).__name__}: {error}"[:1000])
            return True
    error_text = _hand_over(mail)
    with _scope(organisation_id):
        if error_text:
            _failed(message, error_text)
        else:
            message.mark_sent()
    return True


def can_leave() -> bool:
    """Without a mail server (demo) nothing is sent: the mails can be read in the interface."""
    return "default" in mailers


def _failed(message: MessageBase, error: str) -> None:
    """Whatever the reason, a later try may succeed; after the last one staff find the mail among the failed."""
    if message.tries <= len(PAUSES):
        _try_later(message, error)
    else:
        message.give_up(error)


def _try_later(message: MessageBase, error: str) -> None:
    at = timezone.now() + PAUSES[message.tries - 1]
    message.try_later(error, at)
    if isinstance(message, Message):
        jobs.later("mail.deliver", message_id=message.pk, at=at)


def send_due(limit: int = 200) -> int:
    """Mails that their own job did not send in time get another job; mails left by a dead worker are due again."""
    left_behind = list(Message.objects.left_behind().values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=left_behind).left_behind().update(
        state=Message.State.QUEUED, next_try_at=timezone.now()
    )
    due = left_behind + list(
        Message.objects.overdue().order_by("next_try_at", "pk").values_list("pk", flat=True)[:limit]
    )
    for message_id in due:
        jobs.later("mail.deliver_overdue", message_id=message_id)
    return len(due)


def _scope(organisation_id: int | None) -> AbstractContextManager[None]:
    return scope(organisation_id) if organisation_id else nullcontext()


def _hand_over(mail: EmailMultiAlternatives) -> str:
    """ "" when the server accepted it, else the server's message."""
    try:
        mail.send(using="default")
    except Exception as error:
        # Every network failure is a reason to retry, and is shown on the page of the mail.
        return f"{type(error).__name__}: {error}"[:1000]
    return ""
