from __future__ import annotations

from itertools import chain

from kring.core.jobs import job
from kring.core.ticking import due
from kring.mail import delivery
from kring.mail.models import Message, PlatformMessage

# Whoever writes ten thousand emails holds up nobody's payments, for one.
AFTER_OTHER_JOBS = -10


@job("mail.deliver", scoped=False, priority=AFTER_OTHER_JOBS)
def deliver(organisation_id: int, message_id: int) -> None:
    """One email leaves for each email that was written; which one is decided when it does (mail/turns.py)."""
    delivery.deliver_next(organisation_id, message_id)


@job("mail.deliver_overdue", scoped=False, once=True, priority=AFTER_OTHER_JOBS)
def deliver_overdue(organisation_id: int, message_id: int) -> None:
    delivery.deliver_next(organisation_id, message_id)


@job("mail.deliver_for_platform", scoped=False)
def deliver_for_platform(message_id: int) -> None:
    delivery.deliver(None, message_id)


@due(
    "mail.send",
    where=lambda: chain(
        Message.objects.overdue().values_list("organisation_id").distinct(),
        Message.objects.left_behind().values_list("organisation_id").distinct(),
    ),
)
def send_due() -> int:
    return delivery.send_due()


@job("mail.send_due_for_platform", scoped=False)
def send_due_for_platform() -> None:
    for message in PlatformMessage.objects.due()[:100]:
        delivery.deliver(None, message.pk)
