"""An organisation takes a plan, changes it, ends it (B2). What Stripe answers is written down by `syncing.py`.

To be called outside any scope: each talks to Stripe between two transactions. What Stripe refuses, or does not answer,
raises KeysRefused, Declined or ProviderUnavailable, and nothing has changed here.
"""

from __future__ import annotations

from django.utils import timezone

from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.organisations import audit
from kring.organisations.models import Organisation
from kring.plans import at_stripe, limits, syncing
from kring.plans.models import Plan, PlanSubscription
from kring.plans.refusals import (
    AlreadySubscribed,
    NoPlans,
    NoSubscription,
    OtherCurrency,
    PlanIsGone,
    SamePlan,
    StripeIsAway,
)
from kring.plans.settings import plans_on

State = PlanSubscription.State


def offered() -> list[Plan]:
    """Plans that one can choose, in their order; none where the platform has none. For the main site, too."""
    return list(Plan.objects.filter(is_active=True)) if plans_on() else []


def newest() -> PlanSubscription | None:
    """Also one that has ended. One statement."""
    rows = PlanSubscription.objects.select_related("plan").order_by("-created_at", "-pk")
    found: PlanSubscription | None = rows.first()
    return found


def current() -> PlanSubscription | None:
    """The live one of the organisation of the scope. One statement."""
    found: PlanSubscription | None = PlanSubscription.objects.live().select_related("plan").first()
    return found


def begin(organisation: Organisation, plan: Plan, *, language: str, back: str) -> str:
    """The address of Stripe's page on which the organisation pays for this plan; `back` is where it leads afterwards.

    A trial is given to whoever has none behind them: else one could follow the other for ever. Raises PlanIsGone,
    AlreadySubscribed and TooSmall besides.
    """
    with scope(organisation):
        _refuse_gone(plan)
        limits.refuse_too_small(plan)
        wanted, trial_days = _unfinished(plan), 0 if has_subscribed() else plan.trial_days
    customer = wanted.customer_id or at_stripe.make_customer(organisation, wanted.reference)
    before = wanted.checkout_id
    if before:
        at_stripe.expire(before)
    checkout, url = at_stripe.check_out(
        plan, trial_days, customer=customer, reference=wanted.reference, before=before, language=language, back=back
    )
    if not url:
        raise StripeIsAway
    with scope(organisation):
        wanted.note_checkout(plan=plan, customer_id=customer, checkout_id=checkout)
        audit.log("plan_subscription.begun", wanted, new={"plan": str(plan)}, called=str(plan))
    return url


def has_subscribed() -> bool:
    """Whether the organisation of the scope ever had a plan, or has. One statement."""
    return bool(PlanSubscription.objects.exclude(subscription_id="").exists())


def _unfinished(plan: Plan) -> PlanSubscription:
    """That of an earlier attempt, or a new one for the customer of the subscription before."""
    before = PlanSubscription.objects.exclude(customer_id="").order_by("-created_at", "-pk").first()
    customer = before.customer_id if before else ""
    # The constraint decides which of two at once makes it.
    found, made = PlanSubscription.objects.live().get_or_create(defaults={"plan": plan, "customer_id": customer})
    if not made and (found.state != State.INCOMPLETE or found.subscription_id):
        raise AlreadySubscribed
    return found


def come_back(organisation: Organisation) -> None:
    """From Stripe's page: look at once whether it was paid there, without waiting for the notice.

    Also once a day, for notices that never came.
    """
    with scope(organisation):
        found = current()
    if found is not None and found.checkout_id and not found.subscription_id:
        if id_ := at_stripe.of_checkout(found.checkout_id):
            syncing.sync(organisation.pk, found.pk, id_)
        else:
            with scope(organisation):
                found.note(synced_at=timezone.now())
    elif found is not None and found.subscription_id:
        syncing.sync(organisation.pk, found.pk)


def preview(organisation: Organisation, plan: Plan) -> at_stripe.PlanChange:
    """What `change` would cost now. Raises what it raises."""
    with scope(organisation):
        found = _to_change(plan)
    return at_stripe.preview(at_stripe.subscription(found.subscription_id), plan)


def change(organisation: Organisation, plan: Plan, reckoned_at: int | None = None) -> None:
    """Up or down, at once; Stripe puts the difference for the rest of the period on the next invoice.

    `reckoned_at`: of the preview that was shown. Raises NoSubscription, SamePlan, PlanIsGone, OtherCurrency and
    TooSmall besides.
    """
    with scope(organisation):
        found = _to_change(plan)
    at_stripe.change_plan(at_stripe.subscription(found.subscription_id), plan, reckoned_at)
    syncing.sync(organisation.pk, found.pk)


def _to_change(plan: Plan) -> PlanSubscription:
    found = _in_force()
    if plan.pk == found.plan_id:
        raise SamePlan
    _refuse_gone(plan)
    if plan.currency != found.plan.currency:
        raise OtherCurrency
    limits.refuse_too_small(plan)
    return found


def cancel(organisation: Organisation) -> None:
    """At the end of the period that is paid."""
    _end(organisation, wanted=True)


def keep(organisation: Organisation) -> None:
    """Take the cancellation back, while the period lasts."""
    _end(organisation, wanted=False)


def _end(organisation: Organisation, *, wanted: bool) -> None:
    with scope(organisation):
        found = _in_force()
    at_stripe.cancel_at_end(found.subscription_id, wanted=wanted)
    syncing.sync(organisation.pk, found.pk)


def cancel_at_once(organisation: Organisation) -> None:
    """For an organisation that is deleted: nothing is charged any more, and no page is left on which to pay."""
    with scope(organisation):
        found = current()
    if found is None:
        return
    if found.subscription_id:
        at_stripe.cancel_now(found.subscription_id)
        syncing.sync(organisation.pk, found.pk)
    elif found.checkout_id:
        at_stripe.expire(found.checkout_id)


def customer_portal(organisation: Organisation, back: str) -> str:
    """The address of Stripe's page with invoices and payment methods, also of a subscription that has ended."""
    with scope(organisation):
        found = PlanSubscription.objects.exclude(customer_id="").order_by("-created_at", "-pk").first()
    if found is None:
        raise NoSubscription
    return at_stripe.portal(found.customer_id, back)


def _in_force() -> PlanSubscription:
    if not plans_on():
        raise NoPlans
    found = current()
    if found is None:
        raise NoSubscription
    if not found.is_in_force:
        raise WrongState(state=found.get_state_display())
    return found


def _refuse_gone(plan: Plan) -> None:
    if not plans_on():
        raise NoPlans
    if not Plan.objects.select_for_update(no_key=True).filter(pk=plan.pk, is_active=True).exists():
        raise PlanIsGone
