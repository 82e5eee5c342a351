"""Administrators are reminded of a payment that failed, and access is limited when nothing was paid (B3)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.mail import facts
from kring.mail.outbox import message, post
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.plans import billing_status
from kring.plans.billing_status import BillingStatus
from kring.plans.models import PlanSubscription
from kring.plans.models.subscription import PlanSubscriptionQuerySet
from kring.plans.settings import grace_days

# Days after the payment failed; and the last day before access is limited.
DAYS = (0, 3, 7)
# Stands for the day after which access was limited: there is nothing more to say.
LIMITED = 9999


def due() -> PlanSubscriptionQuerySet:
    """Those overdue whose administrators have more to hear: a few, each looked at by its own days."""
    overdue: PlanSubscriptionQuerySet = PlanSubscription.objects.filter(state=PlanSubscription.State.PAST_DUE)
    return overdue.filter(Q(reminded_on_day=None) | Q(reminded_on_day__lt=LIMITED))


def days_of_reminders(grace: int) -> list[int]:
    return sorted(day for day in {*DAYS, grace - 1} if 0 <= day < grace)


def day_to_remind(since: datetime, reminded_on_day: int | None, *, grace: int, now: datetime) -> int | None:
    """The latest that has come and was not reminded of; of several that were missed there is one email."""
    passed = (now - since).days
    last = -1 if reminded_on_day is None else reminded_on_day
    return max((day for day in days_of_reminders(grace) if last < day <= passed), default=None)


def remind() -> int:
    """In the organisation of the scope; how many emails. Twice at once, one waits and finds nothing to do."""
    subscription = due().select_for_update(of=("self",)).select_related("plan").first()
    if subscription is None:
        return 0
    if billing_status.refresh() == BillingStatus.LIMITED:
        subscription.note_reminder(LIMITED)
        return _write("plan-limited", subscription)
    since, now = subscription.past_due_since, timezone.now()
    day = day_to_remind(since, subscription.reminded_on_day, grace=grace_days(), now=now)
    if day is None:
        return 0
    subscription.note_reminder(day)
    return _write("plan-payment-failed", subscription)


def _write(template: str, subscription: PlanSubscription) -> int:
    """To each administrator, in their language."""
    organisation = current_organisation()
    until = billing_status.limited_from(subscription)
    written = [
        message(
            template,
            to=person.email,
            name=person.name_here,  # type: ignore[attr-defined]
            language=person.language or organisation.language,
            plan=str(subscription.plan),
            until=facts.day(until or timezone.now()),
            url=facts.link(link(organisation, "manage:subscription")),
        )
        for person in people_with(Role.Name.ORG_ADMIN)
    ]
    post(written)
    return len(written)
