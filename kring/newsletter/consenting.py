"""A box was ticked: the consent is kept, and a link is sent to the address (D7).

Whatever is known of an address, the caller learns nothing: an email is sent or it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from kring.core.addresses import normalised
from kring.core.transactions import in_transaction
from kring.newsletter import mails
from kring.newsletter.models import MailingList, Subscription


class Consent(NamedTuple):
    """`text`: as it stood beside the box."""

    mailing_list: MailingList
    text: str


class Consenting(NamedTuple):
    """Who ticked a box, as typed, and where. `network`: the address of their machine."""

    email: str
    name: str
    language: str
    order_number: str = ""
    network: str | None = None


@in_transaction
def ask(consents: Sequence[Consent], who: Consenting) -> None:
    """Nothing is passed on before the link was used. The same order again changes nothing: two clicks are one email.

    Locks the subscriptions, in the order of their lists. No statement where no box was ticked.
    """
    if not consents:
        return
    by_list = {each.mailing_list.pk: each for each in consents}
    found, made = _subscriptions(by_list, who)
    asked = [each for each in found if each.pk in made or _asks_again(each, by_list[each.mailing_list_id], who)]
    for each in asked:
        each.mailing_list = by_list[each.mailing_list_id].mailing_list
    mails.ask_to_confirm(asked)


def _subscriptions(by_list: dict[int, Consent], who: Consenting) -> tuple[list[Subscription], set[int]]:
    """Those of this address, locked; and the keys of those that were made just now."""
    email, now = normalised(who.email), timezone.now()
    new = [
        Subscription(mailing_list=each.mailing_list, email=email, consent_text=each.text, asked_at=now, **_proof(who))
        for _key, each in sorted(by_list.items())
    ]
    Subscription.objects.bulk_create(new, ignore_conflicts=True)
    rows = Subscription.objects.filter(email=email, mailing_list__in=by_list)
    found = list(rows.select_for_update().order_by("mailing_list_id"))
    secrets = {each.secret for each in new}
    return found, {each.pk for each in found if each.secret in secrets}


def _asks_again(subscription: Subscription, consent: Consent, who: Consenting) -> bool:
    """Whether an email is due for one that was there before."""
    state, State = subscription.state, Subscription.State
    if state == State.SUBSCRIBED:
        return False
    if state == State.ASKED and subscription.order_number == who.order_number:
        return False
    subscription.ask_again(**_proof(who), consent_text=consent.text, asked_at=timezone.now())
    return True


def _proof(who: Consenting) -> dict[str, object]:
    return {
        "name": who.name,
        "language": who.language,
        "order_number": who.order_number,
        "asked_from": who.network,
    }
