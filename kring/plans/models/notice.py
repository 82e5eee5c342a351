"""What Stripe notifies the platform of: a row first, then applied by a job."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kring.core.transitions import StateMachine


class StripeNotice(StateMachine):
    """Global: whom it is about is known only when it is applied. It holds ids and nothing about a person."""

    class State(models.TextChoices):
        STORED = "stored"
        APPLIED = "applied"
        IGNORED = "ignored"

    MOVES = {State.STORED: (State.APPLIED, State.IGNORED), State.APPLIED: (), State.IGNORED: ()}

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    # Of a connected account; "": the platform's own.
    account = models.CharField(max_length=255, blank=True, default="")
    subscription_id = models.CharField(max_length=255, blank=True, default="")
    customer_id = models.CharField(max_length=255, blank=True, default="")
    # That of our subscription, where the notice has it.
    reference = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    outcome = models.CharField(max_length=300, blank=True, default="")
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stripe_notice_state_is_known", condition=Q(state__in=["stored", "applied", "ignored"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    def apply(self, outcome: str) -> None:
        self._move(self.State.APPLIED, outcome=outcome[:300], applied_at=timezone.now())

    def ignore(self, outcome: str) -> None:
        self._move(self.State.IGNORED, outcome=outcome[:300], applied_at=timezone.now())
