"""Addresses of people who are sample data: nothing is ever sent to them, whoever writes to them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.mail import troubles
from kring.mail.models import Message

# Below a domain that is reserved for examples (RFC 2606).
DOMAIN = "sample.example.org"


class IsSample(Refusal):
    code = "sample_address"
    message = _("The address belongs to the sample data: nothing is ever sent to it.")


def is_sample(address: str) -> bool:
    return address.lower().endswith(f"@{DOMAIN}")


def hold_back(messages: Sequence[Message]) -> None:
    for each in messages:
        if is_sample(each.recipient):
            each.state, each.next_try_at, each.error = Message.State.HELD, None, troubles.SAMPLE


def check(message: Message) -> None:
    """Before it is sent on request. Raises IsSample."""
    if is_sample(message.recipient):
        raise IsSample
