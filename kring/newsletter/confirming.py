"""The link in the email was opened and its button pressed: now they are subscribed (D7)."""

from __future__ import annotations

from kring.core.transactions import in_transaction
from kring.newsletter import delivering, mails
from kring.newsletter.models import ListDelivery, Subscription
from kring.organisations import audit


@in_transaction
def confirm(subscription: Subscription, *, network: str | None) -> bool:
    """False: they were subscribed before, or have unsubscribed since. Pressed twice it is one delivery, one email."""
    if not subscription.confirm(network=network):
        return False
    delivering.queue(subscription, ListDelivery.Kind.SUBSCRIBE)
    mails.welcome(subscription)
    audit.log("newsletter.subscribed", subscription)
    return True


def forget_unconfirmed() -> int:
    """Addresses that were typed and never confirmed."""
    number, _by_model = Subscription.objects.never_confirmed().delete()
    return number
