"""How a newsletter's addresses are passed on: one module for each channel, with these functions.

    check(settings, unsubscribe_at) -> ChannelSettings
                                        the settings as they are kept, tried just now; prepares the other side
    send(settings, change)              tells the other side of one change; the same twice changes nothing more

Both talk over the network, outside any transaction, for 8 s a request at most, and raise NotPassedOn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from django.utils.translation import gettext

from kring.core.refusals import Refusal

type ChannelSettings = dict[str, str]


@dataclass(frozen=True)
class SubscriptionChange:
    """What is passed on: `number` is the same however often it is sent."""

    number: int
    is_subscribed: bool
    list_name: str
    email: str
    name: str
    language: str
    consent_text: str
    order_number: str
    asked_at: datetime
    confirmed_at: datetime | None
    confirmed_from: str | None
    unsubscribe_url: str


class NotPassedOn(Refusal):
    """`error`: as it is stored, without personal data. `is_final`: trying again would change nothing."""

    code = "not_passed_on"

    def __init__(self, error: str, *, is_final: bool = False, field: str = "") -> None:
        self.error, self.is_final, self.field = error[:300], is_final, field
        super().__init__()

    def __str__(self) -> str:
        return sentence(self.error)


KEYS_REFUSED, NOT_FOUND, FORGOTTEN, PRIVATE = "keys_refused", "not_found", "forgotten", "private"
BAD_ADDRESS, SLOW_DOWN, UNREACHABLE, ANSWERED, REFUSED = "bad_address", "slow_down", "unreachable", "status", "refused"


def sentence(error: str) -> str:
    """A stored error in the active language; "" where there is none."""
    kind, _colon, detail = error.partition(": ")
    sentences = {
        "": "",
        KEYS_REFUSED: gettext("The key is not accepted."),
        NOT_FOUND: gettext("There is no such audience, or it does not belong to this key."),
        FORGOTTEN: gettext(
            "This address was deleted permanently at Mailchimp: only the person can subscribe again, by a form there."
        ),
        PRIVATE: gettext("The address leads to a private network: this is not allowed."),
        BAD_ADDRESS: gettext("This address cannot be used: it must begin with https://."),
        SLOW_DOWN: gettext("The other side asks to wait; it is tried again later."),
        UNREACHABLE: gettext("The other side does not answer (%(detail)s)."),
        ANSWERED: gettext("The other side answered with an error (%(detail)s)."),
        REFUSED: gettext("The other side refused it (%(detail)s)."),
    }
    found = sentences.get(kind, error)
    return found % {"detail": detail} if detail and "%(detail)s" in found else found


def channel(key: str) -> ModuleType:
    """Of a list that passes on."""
    from kring.newsletter.channels import mailchimp, webhook

    return {"mailchimp": mailchimp, "webhook": webhook}[key]
