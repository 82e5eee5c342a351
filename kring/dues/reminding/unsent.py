"""Reminders whose email did not go: it is not sent once all is paid; a letter goes where the address is wrong."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kring.dues.models import Contribution, Reminder
from kring.dues.reminding import reaching
from kring.mail.models import Message

LOOK_BACK = timedelta(days=14)


def see_to_those() -> None:
    rows = Reminder.objects.filter(state=Reminder.State.MAILED, on__gte=timezone.localdate() - LOOK_BACK)
    waiting = rows.filter(message__state__in=[Message.State.QUEUED, Message.State.FAILED, Message.State.HELD])
    left = Contribution.objects.owing().filter(reminder_items__reminder=OuterRef("pk"))
    paid = waiting.filter(~Exists(left)).values("message")
    Message.objects.filter(pk__in=paid).withdraw()
    failed = waiting.filter(Exists(left), message__state=Message.State.FAILED).select_related("message")
    found = [(each, each.message.recipient) for each in failed if each.message]
    dead = reaching.undeliverable({recipient for _reminder, recipient in found})
    for reminder, recipient in found:
        if recipient in dead:
            reminder.go_by_letter()
