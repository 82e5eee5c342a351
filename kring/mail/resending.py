"""Sending an email once more on request (W7)."""

from __future__ import annotations

from kring.core import jobs
from kring.core.refusals import WrongState
from kring.mail import before_activation, sample_addresses
from kring.mail.models import Message
from kring.organisations import audit


def send_again(message: Message) -> None:
    """The same mail, with attachments made anew. Raises WrongState while it waits or is being sent anyway,
    NotActivated, IsSample."""
    sample_addresses.check(message)
    before_activation.check(message)
    if not message.send_again():
        raise WrongState(state=message.get_state_display())
    jobs.later("mail.deliver", message_id=message.pk)
    audit.log("message.sent_again", message, new={"address": message.recipient})


def send_failed_again() -> int:
    """All that failed, once the mail server works again; how many. One log entry each."""
    failed = list(Message.objects.failed().select_for_update(skip_locked=True))
    for message in failed:
        send_again(message)
    return len(failed)
