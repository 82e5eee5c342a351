"""What a plan has room for, and how much of it is used (B1): asked by the verbs that use some of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.locks import lock
from kring.core.registry import Registry
from kring.core.tenancy import forget_remembered, remembered
from kring.plans.models import Plan, PlanSubscription
from kring.plans.models.plan import amount_in_words
from kring.plans.refusals import LimitReached, TooSmall
from kring.plans.settings import plans_on

_MEMORY = "plan_in_force"


class Limited(models.TextChoices):
    """The columns of `Plan`, without "most_"."""

    MEMBERS = "members", _("members")
    EVENTS = "events", _("events that are not over")
    STAFF = "staff", _("people with a role")
    STORAGE = "storage_mb", _("MB of files")


# How much of each is used in the organisation of the scope. An app above registers what it counts.
counts = Registry[Callable[[], int]]("use of a plan")


@dataclass(frozen=True)
class Use:
    """`most` None: no limit."""

    key: Limited
    used: int
    most: int | None

    @property
    def percent(self) -> int:
        return min(100, self.used * 100 // self.most) if self.most else 0

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.used >= self.most

    @property
    def what(self) -> str | Promise:
        return self.key.label


def plan_in_force() -> Plan | None:
    """The plan that limits the organisation of the scope. One statement in a scope, one more where there is one."""
    return remembered(_MEMORY, _read)


def forget() -> None:
    forget_remembered(_MEMORY)


def _read() -> Plan | None:
    found = PlanSubscription.objects.in_force().select_related("plan").first()
    return found.plan if found and plans_on() else None


def most(plan: Plan, what: str) -> int | None:
    found: int | None = getattr(plan, f"most_{what}")
    return found


def uses(plan: Plan | None) -> list[Use]:
    """Of everything that can be limited, with the limits of this plan. A statement each."""
    return [Use(each, counts[each](), most(plan, each) if plan else None) for each in Limited]


def refuse_over(what: Limited, adding: int = 1) -> None:
    """Raises LimitReached where the plan has no room for so many more. Who adds at the same moment waits."""
    plan = plan_in_force()
    limit = most(plan, what) if plan else None
    if limit is None or adding <= 0:
        return
    lock([f"plan {what}"])
    if counts[what]() + adding > limit:
        raise LimitReached(limit=amount_in_words(what, limit))


def refuse_too_small(plan: Plan) -> None:
    """Raises TooSmall where more is used already than the plan has room for."""
    over = [use for use in uses(plan) if use.most is not None and use.used > use.most]
    if over:
        used = [amount_in_words(use.key, use.used) for use in over]
        most = [amount_in_words(use.key, use.most or 0) for use in over]
        raise TooSmall(plan=plan, most=", ".join(most), used=", ".join(used))
