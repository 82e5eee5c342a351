"""Plans are made, changed, retired and removed by platform admins (B1), as the actor of `audit.acting`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count

from kring.core import money
from kring.core.tenancy import platform_scope
from kring.organisations import platform_log
from kring.plans import at_stripe
from kring.plans.models import Plan, PlanSubscription
from kring.plans.refusals import OtherPriceAtStripe, PlanIsInUse, PriceIsFixed, PriceIsTaken

# What those who have the plan agreed to.
FIXED = ("stripe_price_id", "interval", "price", "currency")


def create(**facts: Any) -> Plan:
    """Its price is made at Stripe where no id of one is given; the one that is given must be the same there.

    To be called outside any transaction. Raises OtherPriceAtStripe, PriceIsTaken, NotConnected, KeysRefused and
    ProviderUnavailable.
    """
    plan = Plan(**facts)
    plan.stripe_price_id = _price_at_stripe(plan)
    with transaction.atomic():
        plan.save(force_insert=True)
        platform_log.note("plan.created", label=str(plan), new=_facts(plan))
    return plan


def change(plan: Plan, **facts: Any) -> None:
    """The same; of a plan that somebody has had, not its price. Raises PriceIsFixed besides."""
    wanted = Plan(**{field.attname: getattr(plan, field.attname) for field in Plan._meta.concrete_fields} | facts)
    moved = [name for name in FIXED if getattr(wanted, name) != getattr(plan, name)]
    if moved:
        if is_used(plan):
            raise PriceIsFixed
        if "stripe_price_id" not in moved:
            wanted.stripe_price_id = ""
        wanted.stripe_price_id = _price_at_stripe(wanted)
    with transaction.atomic():
        old = Plan.objects.select_for_update().get(pk=plan.pk)
        wanted.save(force_update=True)
        before, after = _facts(old), _facts(wanted)
        names = [name for name in after if after[name] != before[name]]
        if names:
            platform_log.note(
                "plan.changed",
                label=str(wanted),
                old={name: before[name] for name in names},
                new={name: after[name] for name in names},
            )


@transaction.atomic
def remove(plan: Plan) -> None:
    """One that nobody has had. Raises PlanIsInUse. Who subscribes at this moment waits, and finds it gone."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    if is_used(plan):
        raise PlanIsInUse
    platform_log.note("plan.removed", label=str(plan), old=_facts(plan))
    plan.delete()


def is_used(plan: Plan) -> bool:
    with platform_scope():
        return PlanSubscription.objects.filter(plan=plan).exists()


def subscribers() -> dict[int, int]:
    """How many organisations have each plan now, by its key."""
    with platform_scope():
        numbers = PlanSubscription.objects.in_force().order_by().values("plan").annotate(number=Count("pk"))
        return dict(numbers.values_list("plan", "number"))


def plan_of_each() -> dict[int, Plan]:
    """By organisation: the plan that each has now. One statement."""
    with platform_scope():
        held = PlanSubscription.objects.in_force().select_related("plan")
        return {each.organisation_id: each.plan for each in held}


def _price_at_stripe(plan: Plan) -> str:
    if plan.stripe_price_id and Plan.objects.filter(stripe_price_id=plan.stripe_price_id).exclude(pk=plan.pk).exists():
        raise PriceIsTaken
    if not plan.stripe_price_id:
        return at_stripe.make_price(plan).id
    found = at_stripe.price(plan.stripe_price_id)
    if (found.amount, found.currency, found.interval) != (plan.price, plan.currency, plan.interval):
        raise OtherPriceAtStripe(price=f"{money.say(found.amount, found.currency)} / {found.interval or '?'}")
    return found.id


def _facts(plan: Plan) -> dict[str, object]:
    shown = ["name", "price", "currency", "interval", "trial_days", "is_active"]
    shown += ["most_members", "most_events", "most_staff", "most_storage_mb"]
    return {name: str(getattr(plan, name)) if name == "price" else getattr(plan, name) for name in shown}
