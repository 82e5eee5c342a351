"""The links in a newsletter's emails."""

from __future__ import annotations

from django.core import signing

from kring.newsletter.models import MailingList, Subscription
from kring.newsletter.models.subscription import LINK_HOLDS
from kring.organisations.current import current_organisation
from kring.organisations.links import link

SALT = "kring.newsletter.confirming"


def confirmation(subscription: Subscription) -> str:
    """Proves the address. Not the secret of the person's page: that one is passed on, and newsletters are forwarded."""
    token = signing.dumps(_signed(subscription), salt=SALT)
    return link(current_organisation(), "public:newsletter_confirmation", token)


def behind(token: str) -> Subscription | None:
    """None for a link that is made up or too old, or of another consent than the latest."""
    try:
        key, asked = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not isinstance(key, int):
        return None
    found: Subscription | None = Subscription.objects.select_related("mailing_list").filter(pk=key).first()
    return found if found is not None and _signed(found) == [key, asked] else None


def _signed(subscription: Subscription) -> list[object]:
    return [subscription.pk, subscription.asked_at.isoformat()]


def own_page(subscription: Subscription) -> str:
    """Where one unsubscribes."""
    return link(current_organisation(), "public:newsletter_subscription", subscription.secret)


def reports(mailing_list: MailingList) -> str:
    """Where the other side reports who unsubscribed there."""
    return link(current_organisation(), "public:newsletter_reports", mailing_list.secret)
