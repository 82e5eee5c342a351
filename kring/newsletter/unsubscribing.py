"""Out of a newsletter: by the person, by staff, or as the other side reports (D7). Always possible, also twice."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from kring.core.addresses import canonical
from kring.core.transactions import in_transaction
from kring.newsletter import delivering, refusals
from kring.newsletter.models import ListDelivery, MailingList, Subscription, SubscriptionQuerySet
from kring.organisations import audit

How = Subscription.How


@in_transaction
def unsubscribe(subscription: Subscription, how: str) -> bool:
    """False: they were out of it before. The other side is told, unless it was the other side that said so."""
    locked = _locked(subscription)
    was_subscribed = locked.state == Subscription.State.SUBSCRIBED
    if not locked.unsubscribe(how):
        return False
    if how == How.PROVIDER:
        # What still waits would subscribe them again.
        delivering.supersede(locked)
    elif was_subscribed:
        delivering.queue(locked, ListDelivery.Kind.UNSUBSCRIBE)
    audit.log("newsletter.unsubscribed", locked, new={"how": how})
    return True


@in_transaction
def erase(subscription: Subscription) -> None:
    """With its proof. Raises StillSubscribed, StillPassedOn."""
    locked = _locked(subscription)
    if locked.state == Subscription.State.SUBSCRIBED:
        raise refusals.StillSubscribed
    if locked.deliveries.exclude(state__in=[ListDelivery.State.SENT, ListDelivery.State.SUPERSEDED]).exists():
        raise refusals.StillPassedOn
    audit.log("newsletter.erased", locked)
    locked.delete()


@in_transaction
def as_reported(mailing_list: MailingList, email: str, *, at: datetime | None = None) -> None:
    """Unsubscribed at the other side, `at` that second; one before the latest confirmation is about an earlier time.

    Nothing, for an address that is not known.
    """
    found = _of(mailing_list, email)
    if found is None or (at and found.confirmed_at and at < found.confirmed_at.replace(microsecond=0)):
        return
    unsubscribe(found, How.PROVIDER)


@in_transaction
def address_changed(mailing_list: MailingList, old: str, new: str) -> None:
    """The person has given the other side another address. Where that is on the list, the old one is out of it."""
    found, address = _of(mailing_list, old), _address(new)
    if found is None or not address or address == found.email:
        return
    if _of(mailing_list, address) is not None:
        unsubscribe(found, How.PROVIDER)
        return
    found.follow_to(address)
    audit.log("newsletter.address_changed", found)


def _of(mailing_list: MailingList, email: str) -> Subscription | None:
    address = _address(email)
    found: Subscription | None = _rows().filter(mailing_list=mailing_list, email=address).first() if address else None
    return found


def _address(text: str) -> str:
    """ "" for what is none."""
    try:
        return canonical(text)
    except ValidationError:
        return ""


def _locked(subscription: Subscription) -> Subscription:
    found: Subscription = _rows().get(pk=subscription.pk)
    return found


def _rows() -> SubscriptionQuerySet:
    rows: SubscriptionQuerySet = Subscription.objects.select_for_update(of=("self",)).select_related("mailing_list")
    return rows
