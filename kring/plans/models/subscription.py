"""An organisation's subscription to a plan of the platform (B2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.plans.models.plan import Plan

# Without a notice for so long, Stripe is asked.
ASKED_AFTER = timedelta(days=1)


class PlanSubscriptionQuerySet(TenantQuerySet):
    def live(self) -> PlanSubscriptionQuerySet:
        """At most one of an organisation; also while its checkout is not finished."""
        return self.exclude(state=PlanSubscription.State.CANCELLED)

    def to_ask_about(self) -> PlanSubscriptionQuerySet:
        """Whose notices may have been lost."""
        asked = Coalesce("synced_at", "created_at")
        return self.live().exclude(checkout_id="").alias(asked=asked).filter(asked__lt=timezone.now() - ASKED_AFTER)

    def in_force(self) -> PlanSubscriptionQuerySet:
        """Whose plan the organisation has now."""
        return self.filter(state__in=PlanSubscription.IN_FORCE)


class PlanSubscription(TenantModel, StateMachine):
    """What Stripe said last: `version` counts how often that was written down, so that an older answer never overwrites
    a newer one (`syncing.py`)."""

    class State(models.TextChoices):
        INCOMPLETE = "incomplete", _("not finished")
        TRIAL = "trial", _("trial")
        ACTIVE = "active", _("active")
        PAST_DUE = "past_due", _("payment overdue")
        CANCELLED = "cancelled", pgettext_lazy("subscription", "cancelled")

    IN_FORCE = (State.TRIAL, State.ACTIVE, State.PAST_DUE)
    MOVES = {
        State.INCOMPLETE: (State.TRIAL, State.ACTIVE, State.PAST_DUE, State.CANCELLED),
        State.TRIAL: (State.ACTIVE, State.PAST_DUE, State.CANCELLED),
        State.ACTIVE: (State.TRIAL, State.PAST_DUE, State.CANCELLED),
        State.PAST_DUE: (State.TRIAL, State.ACTIVE, State.CANCELLED),
        State.CANCELLED: (),
    }

    plan = models.ForeignKey(Plan, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("plan"))
    # What Stripe calls them. The reference is ours, and stands in its data.
    reference = models.CharField(max_length=40, default=codes.secret, editable=False)
    customer_id = models.CharField(max_length=255, blank=True, default="")
    subscription_id = models.CharField(max_length=255, blank=True, default="")
    checkout_id = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INCOMPLETE)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(_("end of the period"), null=True)
    cancel_at = models.DateTimeField(_("ends on"), null=True)
    cancelled_at = models.DateTimeField(pgettext_lazy("subscription", "cancelled"), null=True)
    past_due_since = models.DateTimeField(_("overdue since"), null=True)
    # Days after `past_due_since` of the last reminder; null: none was sent.
    reminded_on_day = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)
    synced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(PlanSubscriptionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", name="plan_subscription_live_is_one", condition=~Q(state="cancelled")
            ),
            models.UniqueConstraint("organisation", "reference", name="plan_subscription_reference_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "subscription_id",
                name="plan_subscription_of_stripe_is_one",
                condition=~Q(subscription_id=""),
            ),
            models.CheckConstraint(
                name="plan_subscription_state_is_known",
                condition=Q(state__in=["incomplete", "trial", "active", "past_due", "cancelled"]),
            ),
            models.CheckConstraint(
                name="plan_subscription_in_force_is_known_to_stripe",
                condition=Q(state__in=["incomplete", "cancelled"]) | ~Q(subscription_id=""),
            ),
            models.CheckConstraint(
                name="plan_subscription_past_due_exactly_when_dated",
                condition=Q(state="past_due", past_due_since__isnull=False)
                | (~Q(state="past_due") & Q(past_due_since__isnull=True)),
            ),
            models.CheckConstraint(
                name="plan_subscription_cancelled_exactly_when_dated",
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index("subscription_id", name="plan_subscription_by_stripe_id"),
            models.Index("customer_id", name="plan_subscription_by_customer"),
        ]
        verbose_name = pgettext_lazy("plan", "subscription")
        verbose_name_plural = pgettext_lazy("plan", "subscriptions")

    def __str__(self) -> str:
        return str(self.plan)

    @property
    def is_in_force(self) -> bool:
        return self.state in self.IN_FORCE

    # Each also writes what else Stripe said: plan, period, when it ends.

    def begin_trial(self, **facts: object) -> None:
        self._move(self.State.TRIAL, only_from=(), past_due_since=None, reminded_on_day=None, **facts)

    def activate(self, **facts: object) -> None:
        self._move(self.State.ACTIVE, only_from=(), past_due_since=None, reminded_on_day=None, **facts)

    def fall_behind(self, since: datetime, **facts: object) -> None:
        self._move(self.State.PAST_DUE, only_from=(), past_due_since=since, reminded_on_day=None, **facts)

    def cancel(self, at: datetime, **facts: object) -> None:
        """For good: Stripe never takes one up again."""
        self._move(self.State.CANCELLED, only_from=(), cancelled_at=at, past_due_since=None, **facts)

    def note(self, **facts: object) -> None:
        """The same state, and what else Stripe said."""
        self._change(only_in=[self.state], **facts)

    def note_checkout(self, *, plan: Plan, customer_id: str, checkout_id: str) -> None:
        """The page at Stripe on which the organisation is to pay."""
        self._change(only_in=[self.State.INCOMPLETE], plan_id=plan.pk, customer_id=customer_id, checkout_id=checkout_id)

    def note_reminder(self, day: int) -> None:
        self._change(only_in=[self.State.PAST_DUE], reminded_on_day=day)
