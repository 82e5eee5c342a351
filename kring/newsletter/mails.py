"""A newsletter's own emails: does the person want it, and now they have it."""

from __future__ import annotations

from collections.abc import Sequence

from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.newsletter import links
from kring.newsletter.models import Subscription


def ask_to_confirm(subscriptions: Sequence[Subscription]) -> None:
    """Of several to one address only so many are sent: anybody may have typed it (mail/limits.py)."""
    if subscriptions:
        outbox.post([_message("newsletter-confirmation", each, links.confirmation(each)) for each in subscriptions])


def welcome(subscription: Subscription) -> None:
    outbox.post([_message("newsletter-welcome", subscription)])


def _message(template: str, subscription: Subscription, url: str = "") -> Message:
    page = links.own_page(subscription)
    written = outbox.message(
        template,
        to=subscription.email,
        name=subscription.name,
        language=subscription.language,
        subject=subscription,
        newsletter=subscription.mailing_list.name,
        consent=facts.lines(subscription.consent_text),
        unsubscribe_url=facts.link(page),
        url=facts.link(url) if url else None,
    )
    written.unsubscribe_url = page
    return written
