"""Passing on who subscribed and unsubscribed, by the outbox's rules (D7, N1).

A row in the transaction of the fact; sent by a job outside any transaction, by one worker at a time, retried with
growing pauses, visibly failed in the end. Locks: the subscription, then its deliveries.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.core.transactions import in_transaction
from kring.mail.delivery import PAUSES
from kring.newsletter import links
from kring.newsletter.channels import ChannelSettings, NotPassedOn, SubscriptionChange, channel
from kring.newsletter.models import ListDelivery, MailingList, Subscription
from kring.organisations import audit

log = logging.getLogger(__name__)

JOB = "newsletter.deliver"


def queue(subscription: Subscription, kind: str) -> None:
    """In the transaction of the fact, which has locked the subscription."""
    supersede(subscription)
    if subscription.mailing_list.passes_on:
        made = ListDelivery.objects.create(subscription=subscription, kind=kind)
        jobs.later(JOB, delivery_id=made.pk)


def supersede(subscription: Subscription) -> None:
    """What still waits is no longer true."""
    for each in ListDelivery.objects.waiting().filter(subscription=subscription):
        each.supersede()


def queue_all(mailing_list: MailingList) -> None:
    """Everybody who is subscribed, at a place that knows none of them. Four statements, and their locks."""
    State = ListDelivery.State
    rows = Subscription.objects.subscribed().filter(mailing_list=mailing_list)
    keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    waiting = ListDelivery.objects.waiting().filter(subscription__mailing_list=mailing_list)
    waiting.update(state=State.SUPERSEDED, next_try_at=None)
    made = ListDelivery.objects.bulk_create(
        ListDelivery(subscription_id=key, kind=ListDelivery.Kind.SUBSCRIBE) for key in keys
    )
    if made:
        jobs.later_each(JOB, [{"delivery_id": each.pk} for each in made])


class ClaimedDelivery(NamedTuple):
    delivery: ListDelivery
    channel: str
    settings: ChannelSettings
    change: SubscriptionChange


def deliver(organisation_id: int, delivery_id: int) -> None:
    """Pass on one change now, if it is due and no other worker has it.

    A worker that dies after the other side took it leaves it claimed; after STALE_AFTER it is sent once more, with the
    same number: rather twice than never.
    """
    with scope(organisation_id):
        claimed = _claimed(delivery_id)
    if claimed is None:
        return
    failure = None
    try:
        channel(claimed.channel).send(claimed.settings, claimed.change)
    except NotPassedOn as refusal:
        failure = refusal
    except Exception as error:
        log.exception("delivery %s to a newsletter broke", delivery_id)
        failure = NotPassedOn(f"broken: {type(error).__name__}")
    with scope(organisation_id):
        _note(claimed.delivery, failure)


def _locked(delivery_id: int) -> ListDelivery | None:
    """With its subscription's lock."""
    of_delivery = ListDelivery.objects.filter(pk=delivery_id).values("subscription")
    if not Subscription.objects.select_for_update(of=("self",)).filter(pk__in=of_delivery).exists():
        return None
    found: ListDelivery | None = (
        ListDelivery.objects.select_related("subscription__mailing_list").filter(pk=delivery_id).first()
    )
    return found


def _claimed(delivery_id: int) -> ClaimedDelivery | None:
    delivery = _locked(delivery_id)
    if delivery is None or delivery.state != delivery.State.QUEUED:
        return None
    if delivery.next_try_at and delivery.next_try_at > timezone.now():
        return None
    subscription = delivery.subscription
    found = subscription.mailing_list
    if not found.passes_on:
        delivery.supersede()
        return None
    if subscription.deliveries.filter(state=ListDelivery.State.SENDING).exists():
        # The change before it is under way: never the later one first.
        jobs.later(JOB, delivery_id=delivery.pk, after=PAUSES[0])
        return None
    delivery.claim()
    return ClaimedDelivery(delivery, found.channel, found.settings, _change(delivery, subscription))


def _change(delivery: ListDelivery, subscription: Subscription) -> SubscriptionChange:
    return SubscriptionChange(
        number=delivery.pk,
        is_subscribed=delivery.kind == ListDelivery.Kind.SUBSCRIBE,
        list_name=subscription.mailing_list.name,
        email=subscription.email,
        name=subscription.name,
        language=subscription.language,
        consent_text=subscription.consent_text,
        order_number=subscription.order_number,
        asked_at=subscription.asked_at,
        confirmed_at=subscription.confirmed_at,
        confirmed_from=subscription.confirmed_from,
        unsubscribe_url=links.own_page(subscription),
    )


def _note(delivery: ListDelivery, failure: NotPassedOn | None) -> None:
    found = _locked(delivery.pk)
    if found is None or found.state != ListDelivery.State.SENDING:
        # Erased meanwhile, or taken for dead.
        return
    if failure is None:
        found.mark_sent()
        found.subscription.mailing_list.note_working()
        return
    found.subscription.mailing_list.note_failure(failure.error)
    if found.subscription.deliveries.waiting().exists():
        found.supersede()
    elif failure.is_final or found.tries > len(PAUSES):
        found.give_up(failure.error)
    else:
        at = timezone.now() + PAUSES[found.tries - 1]
        found.try_later(failure.error, at)
        jobs.later(JOB, delivery_id=found.pk, at=at)


@in_transaction
def try_again(mailing_list: MailingList) -> int:
    """All that failed; how many."""
    failed = ListDelivery.objects.failed().filter(subscription__mailing_list=mailing_list)
    locked = Subscription.objects.select_for_update(of=("self",)).filter(pk__in=failed.values("subscription"))
    list(locked.order_by("pk").values_list("pk", flat=True))
    tried = [each for each in failed if each.try_again()]
    for each in tried:
        jobs.later(JOB, delivery_id=each.pk)
    if tried:
        audit.log("newsletter.tried_again", mailing_list, new={"number": len(tried)})
    return len(tried)


def deliver_due(limit: int = 200) -> int:
    """Those whose job was lost get another one; those left by a dead worker are due again."""
    for each in ListDelivery.objects.left_behind()[:limit]:
        _take_up(each)
    due = list(ListDelivery.objects.overdue().values_list("pk", flat=True)[:limit])
    for delivery_id in due:
        jobs.later("newsletter.deliver_overdue", delivery_id=delivery_id)
    return len(due)


def _take_up(delivery: ListDelivery) -> None:
    found = _locked(delivery.pk)
    if found is not None and found.state == ListDelivery.State.SENDING:
        if found.subscription.deliveries.waiting().exists():
            found.supersede()
        else:
            found.try_later("")
            jobs.later(JOB, delivery_id=found.pk)
