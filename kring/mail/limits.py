"""How many mails strangers may cause to one address: whoever types it need not be its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kring.core.addresses import normalised
from kring.core.counting import count
from kring.mail.kinds import kind
from kring.mail.models import Message
from kring.organisations.here import here


def hold_back(letters: Sequence[Message]) -> None:
    """Those of a kind that anybody can cause, to addresses that have had as many as they get in an hour or a day.

    One statement, none where there is no such letter. Until the end of the transaction others who write to the same
    address wait: two at once are never both the last one. Several to one address in one call count as one.
    """
    limits = [
        (most, window)
        for most, window in (
            (settings.MAILS_PER_HOUR, timedelta(hours=1)),
            (settings.MAILS_PER_DAY, timedelta(days=1)),
        )
        if most > 0
    ]
    counted = [each for each in letters if _anybody_causes(each)]
    if not counted or not limits:
        return
    asked = {_key(each.recipient, window): (most, window) for each in counted for most, window in limits}
    numbers = count(list(asked), timezone.now(), [window for _most, window in asked.values()], is_part_of_a_deed=True)
    full = {key for (key, (most, _window)), (number, _end) in zip(asked.items(), numbers, strict=True) if number > most}
    for each in counted:
        if any(_key(each.recipient, window) in full for _most, window in limits):
            each.state, each.next_try_at = Message.State.HELD, None


def _anybody_causes(letter: Message) -> bool:
    found = kind(letter.template)
    return found is not None and found.anybody_causes_it


def _key(recipient: str, window: timedelta) -> str:
    """The mailbox, not in clear; what stands behind a "+" is the same mailbox with most providers."""
    name, _at, domain = normalised(recipient).rpartition("@")
    mailbox = f"{name.partition('+')[0]}@{domain}"
    digest = salted_hmac("kring.mail.limits", mailbox, algorithm="sha256").hexdigest()
    return f"mails:{here().pk}:{window.total_seconds():.0f}:{digest}"
