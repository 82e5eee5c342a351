"""What plans and subscriptions refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.payments.method import Declined, ProviderUnavailable


class NoPlans(Refusal):
    status = 404
    code = "no_plans"
    message = _("This platform has no plans.")


class StripeIsAway(ProviderUnavailable):
    message = _("Stripe does not answer at the moment. Nothing has changed here; please try again in some minutes.")


class StripeDeclined(Declined):
    message = _("Stripe does not accept this. Please contact the operator of the platform.")


class NotConnected(Refusal):
    code = "platform_not_connected"
    message = _("The platform is not connected to Stripe yet. Please contact its operator.")


class AccessLimited(Refusal):
    status = 403
    code = "access_limited"
    message = _(
        "The subscription of this organisation is not in order, so this is closed for now. Nothing was deleted."
        " An administrator finds what to do under Subscription."
    )


class PlanIsGone(Refusal):
    code = "plan_is_gone"
    message = _("This plan is no longer offered. Choose another one.")


class PlanIsInUse(Refusal):
    code = "plan_is_in_use"
    message = _("Organisations have this plan, or had it. Retire it instead: those who have it keep it.")


class PriceIsFixed(Refusal):
    code = "price_is_fixed"
    message = _("Organisations have this plan, or had it, so its price stays. Retire it, and create another one.")


class OtherPriceAtStripe(Refusal):
    code = "other_price_at_stripe"
    field = "stripe_price_id"
    message = _("At Stripe this price is %(price)s. Enter the same here, or leave the field empty.")


class PriceIsTaken(Refusal):
    code = "price_is_taken"
    field = "stripe_price_id"
    message = _("Another plan has this price.")


class AlreadySubscribed(Refusal):
    code = "already_subscribed"
    message = _("The organisation has a subscription already. Change its plan instead.")


class NoSubscription(Refusal):
    code = "no_subscription"
    message = _("The organisation has no subscription.")


class SamePlan(Refusal):
    code = "same_plan"
    message = _("This is the plan you have.")


class OtherCurrency(Refusal):
    code = "other_currency"
    message = _("Stripe cannot change a subscription to another currency. Cancel it first, then choose this plan.")


class TooSmall(Refusal):
    code = "plan_too_small"
    message = _("“%(plan)s” has room for %(most)s, and you have %(used)s.")


class LimitReached(Refusal):
    code = "plan_limit_reached"
    message = _("Your plan has room for %(limit)s. An administrator can choose a larger plan.")
