"""What Stripe says of a subscription now is written down: asked anew each time, so that no order of notices matters."""

from __future__ import annotations

from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.organisations import audit, platform_log
from kring.organisations.current import current_organisation
from kring.plans import at_stripe, billing_status, limits
from kring.plans.at_stripe import StripeSubscription
from kring.plans.models import Plan, PlanSubscription
from kring.plans.refusals import StripeIsAway

State = PlanSubscription.State
# What Stripe calls them; "paused" is a trial that ended without a payment method.
STATES = {
    "incomplete": State.INCOMPLETE,
    "incomplete_expired": State.CANCELLED,
    "trialing": State.TRIAL,
    "active": State.ACTIVE,
    "past_due": State.PAST_DUE,
    "unpaid": State.PAST_DUE,
    "paused": State.PAST_DUE,
    "canceled": State.CANCELLED,
}
# How often an answer may be overtaken by another one before the job tries again later.
MOST_TRIES = 3


def sync(organisation_id: int, pk: int, id_: str = "") -> None:
    """Ask Stripe about this subscription, outside any transaction, and apply the answer.

    `id_`: of one that a checkout has made, and whose id is not here yet. An answer that another one has overtaken is
    asked for again. Raises ProviderUnavailable.
    """
    for _try in range(MOST_TRIES):
        with scope(organisation_id):
            found = PlanSubscription.objects.filter(pk=pk).first()
        if found is None or found.state == State.CANCELLED or not (found.subscription_id or id_):
            return
        answer = at_stripe.subscription(found.subscription_id or id_)
        with scope(organisation_id):
            locked = PlanSubscription.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pk)
            if locked.version == found.version:
                _apply(locked, answer)
                return
    raise StripeIsAway


def _apply(subscription: PlanSubscription, answer: StripeSubscription) -> None:
    old = _facts(subscription)
    plan = Plan.objects.filter(stripe_price_id=answer.price).first() or subscription.plan
    reported = {
        "plan_id": plan.pk,
        "subscription_id": answer.id,
        "customer_id": answer.customer,
        "period_start": answer.period_start,
        "period_end": answer.period_end,
        "cancel_at": answer.cancel_at,
        "version": subscription.version + 1,
        "synced_at": timezone.now(),
    }
    state = STATES.get(answer.status, subscription.state)
    _move(subscription, state, answer, reported)
    subscription.plan = plan
    limits.forget()
    if (new := _facts(subscription)) != old:
        changed = [name for name in new if new[name] != old[name]]
        before, after = {name: old[name] for name in changed}, {name: new[name] for name in changed}
        audit.log("plan_subscription.changed", subscription, old=before, new=after, called=str(plan))
        platform_log.note("plan_subscription.changed", organisation=current_organisation(), old=before, new=after)
    billing_status.refresh()
    if subscription.state == State.PAST_DUE:
        jobs.later("plans.remind")


def _move(subscription: PlanSubscription, state: str, answer: StripeSubscription, reported: dict[str, object]) -> None:
    if state == subscription.state:
        subscription.note(**reported)
    elif state == State.TRIAL:
        subscription.begin_trial(**reported)
    elif state == State.ACTIVE:
        subscription.activate(**reported)
    elif state == State.PAST_DUE:
        subscription.fall_behind(timezone.now(), **reported)
    elif state == State.CANCELLED:
        subscription.cancel(answer.ended_at or timezone.now(), **reported)


def _facts(subscription: PlanSubscription) -> dict[str, str | None]:
    """As the log has them."""
    return {
        "plan": str(subscription.plan),
        "state": str(subscription.state),
        "cancel_at": subscription.cancel_at.isoformat() if subscription.cancel_at else None,
    }
