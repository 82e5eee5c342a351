"""Newsletters, and people who tick their boxes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kring.core.tenancy import scope
from kring.newsletter import confirming, consenting
from kring.newsletter.consenting import Consent, Consenting
from kring.newsletter.models import MailingList, Subscription
from tests.fakes.newsletters import AUDIENCE, KEY

TEXT = "Yes, send me the club news."
SECRET = "a secret of both sides 1"
ADA = "ada@example.org"


def newsletter(name: str = "Club news", **fields: Any) -> MailingList:
    made: MailingList = MailingList.objects.create(
        **{"name": name, "texts": {"en": TEXT, "nl": "Ja, graag."}, "is_offered": True} | fields
    )
    return made


def to_mailchimp(**fields: Any) -> MailingList:
    return newsletter(channel="mailchimp", settings={"api_key": KEY, "audience": AUDIENCE}, **fields)


def to_webhook(url: str, **fields: Any) -> MailingList:
    return newsletter(channel="webhook", settings={"url": url, "signing_secret": SECRET}, **fields)


def ask(mailing_list: MailingList, email: str = ADA, *, text: str = TEXT, **who: Any) -> Subscription:
    consenting.ask([Consent(mailing_list, text)], Consenting(email, "Ada Lovelace", "en", **who))
    found: Subscription = mailing_list.subscriptions.get(email=email)
    return found


def subscribed(mailing_list: MailingList, email: str = ADA) -> Subscription:
    found = ask(mailing_list, email)
    confirming.confirm(found, network="192.0.2.7")
    return found


def row(mailing_list: MailingList, email: str = ADA, **fields: Any) -> Subscription:
    """Without a verb: nothing is sent."""
    confirmed = {"state": "subscribed", "confirmed_at": timezone.now()}
    made: Subscription = Subscription.objects.create(
        mailing_list=mailing_list, email=email, language="en", consent_text=TEXT, **confirmed | fields
    )
    return made


def subscriptions(organisation: Any) -> list[Subscription]:
    with scope(organisation):
        return list(Subscription.objects.all())


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]
