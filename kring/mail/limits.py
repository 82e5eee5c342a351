"""How many mails strangers may cause to one address: the person who types it need not be its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import mailbox
from kring.core.rate_limits import count
from kring.mail.kinds import kind
from kring.mail.models import Message
from kring.organisations import limits
from kring.organisations.current import current_organisation
from kring.organisations.limits import Limit

HELD_BACK = _("What exceeds it is held back and stands under “Email”, where staff may send it. 0: no limit.")


def _declared(name: str, label: Promise | str, default: int) -> Limit:
    key = name.lower()
    variable = f"KRING_{name}"
    limit = Limit(key, limits.EMAILS, label, HELD_BACK, default=default, variable=variable, setting=name, has_none=True)
    return limits.declare(limit)


TO_ONE_ADDRESS = (
    _declared("MAILS_PER_HOUR", _("Emails that anybody can cause, to one address in an hour"), 10),
    _declared("MAILS_PER_DAY", _("Emails that anybody can cause, to one address in a day"), 30),
)
OF_UNPAID_TICKETS = (
    _declared("UNPAID_TICKETS_PER_HOUR", _("Tickets nobody paid for, to one unconfirmed address in an hour"), 25),
    _declared("UNPAID_TICKETS_PER_DAY", _("Tickets nobody paid for, to one unconfirmed address in a day"), 60),
)


def hold_back(messages: Sequence[Message]) -> None:
    """Those mails that anybody can cause, to addresses that have reached their limit for an hour or a day.

    One statement, none where there is no such mail. Until the end of the transaction others who write to the same
    address wait: two at once are never both the last one. Of a kind that anybody can cause, several to one address in
    one call count as one; tickets that a stranger ordered without paying count each.
    """
    batches: dict[str, MailboxBatch] = {}
    for message in messages:
        for most, window in _limits(message):
            each = batches.setdefault(_key(message, window), MailboxBatch(most, window))
            each.messages.append(message)
    if not batches:
        return
    numbers = [len(each.messages) if each.messages[0].is_by_stranger else 1 for each in batches.values()]
    windows = [each.window for each in batches.values()]
    counted = count(list(batches), timezone.now(), windows, numbers=numbers, is_durable=True)
    for each, number, (total, _end) in zip(batches.values(), numbers, counted, strict=True):
        if total > each.most:
            left = max(each.most - (total - number), 0)
            _hold(each.messages[left:])


@dataclass
class MailboxBatch:
    """Mails to one mailbox that count together, in the order of sending."""

    most: int
    window: timedelta
    messages: list[Message] = field(default_factory=list)


def _limits(message: Message) -> list[tuple[int, timedelta]]:
    if message.is_by_stranger:
        declared = OF_UNPAID_TICKETS
    elif _anybody_causes(message):
        declared = TO_ONE_ADDRESS
    else:
        return []
    windows = (timedelta(hours=1), timedelta(days=1))
    most = [each.number() for each in declared]
    return [(number, window) for number, window in zip(most, windows, strict=True) if number > 0]


def _hold(messages: Sequence[Message]) -> None:
    for each in messages:
        each.state, each.next_try_at = Message.State.HELD, None


def _anybody_causes(message: Message) -> bool:
    found = kind(message.template)
    return found is not None and found.anybody_causes_it


def _key(message: Message, window: timedelta) -> str:
    """The mailbox, hashed."""
    digest = salted_hmac("kring.mail.limits", mailbox(message.recipient), algorithm="sha256").hexdigest()
    what = "tickets" if message.is_by_stranger else "mails"
    return f"{what}:{current_organisation().pk}:{window.total_seconds():.0f}:{digest}"
