"""By which channels a payer can be reached: an email that came back is no way, nor is an address without a street."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from kring.dues.models import Channel, Payer
from kring.mail import troubles
from kring.mail.models import Message

# An address may be put right by whoever runs the mailbox: after this long it is tried again.
COMES_BACK_FOR = timedelta(days=180)


def channels_of(payers: Sequence[Payer]) -> dict[int, set[str]]:
    """By the payer's key. Two statements."""
    dead = undeliverable({payer.email for payer in payers if payer.email})
    found: dict[int, set[str]] = {}
    for payer in payers:
        ways = found.setdefault(payer.pk, set())
        if payer.email and payer.email not in dead:
            ways.add(Channel.MAIL)
        if payer.address.street and payer.address.city:
            ways.add(Channel.LETTER)
    return found


def channel(wanted: str, reachable: Collection[str]) -> str | None:
    """As wanted, or the way that is left; None: there is none."""
    if wanted == Channel.BOTH:
        return Channel.BOTH if len(reachable) == 2 else next(iter(reachable), None)
    return wanted if wanted in reachable else next(iter(reachable), None)


def undeliverable(emails: Collection[str]) -> set[str]:
    """Those of these addresses whose last email no server accepted."""
    if not emails:
        return set()
    since = Message.objects.filter(created_at__gte=timezone.now() - COMES_BACK_FOR, recipient__in=emails)
    refused = Q(error__startswith=troubles.BAD_ADDRESS) | Q(error__startswith="SMTPRecipientsRefused")
    failed = since.filter(refused, state=Message.State.FAILED).order_by("pk")
    last = dict(failed.values_list("recipient", "pk"))
    if not last:
        return set()
    sent = since.filter(state=Message.State.SENT, recipient__in=last).order_by("pk").values_list("recipient", "pk")
    arrived = dict(sent)
    return {email for email, pk in last.items() if arrived.get(email, 0) < pk}
