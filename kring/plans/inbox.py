"""Stripe's notices to the platform: verified, stored, answered, and only then applied, once (B2)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from kring.core import jobs
from kring.core.json_input import read_json
from kring.core.tenancy import platform_scope
from kring.organisations.platform_settings import value_of
from kring.payments.method import BadNotification
from kring.plans import at_stripe, syncing
from kring.plans.models import PlanSubscription, StripeNotice

log = logging.getLogger(__name__)

EVENTS = (
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
)


def receive(body: bytes, signature: str) -> bool:
    """Verify and store; False when it was stored before, or is of no interest. A job applies it after the commit.

    Raises BadNotification.
    """
    from kring.payments.methods.stripe.notices import verify

    try:
        verify(body, signature, [str(value_of("stripe_webhook_secret"))])
        event = read_json(body)
        if event["type"] not in EVENTS:
            return False
        facts = {"type": event["type"], "account": event.get("account") or "", **_about(event["data"]["object"])}
        notice, is_new = StripeNotice.objects.get_or_create(event_id=event["id"], defaults=facts)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadNotification from None
    if is_new:
        jobs.later("plans.apply_notice", notice_id=notice.pk)
    return is_new


def _about(row: Mapping[str, Any]) -> dict[str, str]:
    """The ids that lead to a subscription; nothing else is believed, Stripe is asked."""
    ours = row.get("metadata") or {}
    parent = (row.get("parent") or {}).get("subscription_details") or {}
    id_ = row["id"] if row.get("object") == "subscription" else row.get("subscription") or parent.get("subscription")
    reference = ours.get(at_stripe.REFERENCE) or (parent.get("metadata") or {}).get(at_stripe.REFERENCE)
    return {
        "subscription_id": str(id_ or ""),
        "customer_id": str(row.get("customer") or ""),
        "reference": str(reference or "")[:40],
    }


def apply(notice_id: int) -> None:
    """Ask Stripe about the subscription of a stored notice. Again, or out of order, it changes nothing more.

    To be called outside any transaction. Raises ProviderUnavailable, and stays to be done.
    """
    notice = StripeNotice.objects.get(pk=notice_id)
    if notice.state != StripeNotice.State.STORED:
        return
    if not notice.subscription_id:
        notice.ignore("about no subscription")
        return
    found = _of(notice)
    if found is None:
        _of_nobody(notice)
    elif found.subscription_id not in ("", notice.subscription_id):
        _second(notice, found)
    else:
        syncing.sync(found.organisation_id, found.pk, notice.subscription_id)
        notice.apply("asked Stripe")


def _of(notice: StripeNotice) -> PlanSubscription | None:
    """By Stripe's id; by our reference while that is not here yet."""
    with platform_scope():
        rows = PlanSubscription.objects.all()
        found: PlanSubscription | None = rows.filter(subscription_id=notice.subscription_id).first()
        if found is None and notice.reference:
            found = rows.filter(reference=notice.reference).first()
        return found


def _of_nobody(notice: StripeNotice) -> None:
    """Of another program, or of an organisation that was deleted: then nobody pays for it any longer."""
    known = at_stripe.subscription(notice.subscription_id)
    if known.host != settings.HOST or syncing.STATES.get(known.status) == PlanSubscription.State.CANCELLED:
        notice.ignore("unknown subscription")
        return
    at_stripe.cancel_now(known.id)
    log.warning("A subscription at Stripe belonged to no organisation any more, and was cancelled: %s", known.id)
    notice.apply("of a deleted organisation: cancelled at Stripe")


def _second(notice: StripeNotice, kept: PlanSubscription) -> None:
    """Two pages of one checkout were both paid: the organisation keeps the first."""
    known = at_stripe.subscription(notice.subscription_id)
    if known.reference != kept.reference or syncing.STATES.get(known.status) == PlanSubscription.State.CANCELLED:
        notice.ignore("an earlier subscription")
        return
    at_stripe.cancel_now(known.id)
    notice.apply("a second subscription: cancelled at Stripe")
