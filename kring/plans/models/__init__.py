from kring.plans.models.notice import StripeNotice
from kring.plans.models.plan import Plan
from kring.plans.models.subscription import PlanSubscription

__all__ = ["Plan", "PlanSubscription", "StripeNotice"]
