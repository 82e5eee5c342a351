"""What is to be passed on of a subscription, each a row before it is sent (D7)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.mail.models.message import OVERDUE_AFTER, STALE_AFTER
from kring.newsletter.models.subscription import Subscription


class ListDeliveryQuerySet(TenantQuerySet):
    def waiting(self) -> ListDeliveryQuerySet:
        """Not under way, and not there yet."""
        return self.filter(state__in=ListDelivery.WAITING)

    def failed(self) -> ListDeliveryQuerySet:
        return self.filter(state=ListDelivery.State.FAILED)

    def overdue(self) -> ListDeliveryQuerySet:
        """Its job was lost, or the worker is far behind."""
        late = timezone.now() - OVERDUE_AFTER
        return self.filter(state=ListDelivery.State.QUEUED, next_try_at__lte=late)

    def left_behind(self) -> ListDeliveryQuerySet:
        """A worker claimed it and never reported back."""
        return self.filter(state=ListDelivery.State.SENDING, claimed_at__lte=timezone.now() - STALE_AFTER)


class ListDelivery(TenantModel, StateMachine):
    """That an address subscribed or unsubscribed, on its way to the list's channel.

    Of a subscription one waits at most, and one is under way at most: a later change replaces what still waits. Whoever
    changes one holds the lock of the subscription.
    """

    class Kind(models.TextChoices):
        SUBSCRIBE = "subscribe", _("subscribed")
        UNSUBSCRIBE = "unsubscribe", _("unsubscribed")

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be passed on")
        SENDING = "sending", _("being passed on")
        SENT = "sent", _("passed on")
        FAILED = "failed", _("failed")
        SUPERSEDED = "superseded", _("replaced by a later change")

    WAITING = (State.QUEUED, State.FAILED)
    MOVES = {
        State.QUEUED: [State.SENDING, State.SUPERSEDED],
        State.SENDING: [State.SENT, State.QUEUED, State.FAILED, State.SUPERSEDED],
        State.FAILED: [State.QUEUED, State.SUPERSEDED],
        State.SENT: [],
        State.SUPERSEDED: [],
    }

    subscription = TenantForeignKey(Subscription, on_delete=models.DB_CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    # As `channels/` names it.
    error = models.CharField(max_length=300, blank=True)
    next_try_at = models.DateTimeField(default=timezone.now, null=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ListDeliveryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "subscription",
                name="list_delivery_waiting_is_one",
                condition=Q(state__in=["queued", "failed"]),
            ),
            models.UniqueConstraint(
                "organisation", "subscription", name="list_delivery_under_way_is_one", condition=Q(state="sending")
            ),
        ]
        indexes = [
            models.Index("next_try_at", name="list_delivery_due", condition=Q(state="queued")),
            models.Index("claimed_at", name="list_delivery_under_way", condition=Q(state="sending")),
        ]
        verbose_name = _("delivery to a newsletter")
        verbose_name_plural = _("deliveries to newsletters")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def claim(self) -> bool:
        """True for the one worker that may send it now."""
        return self._moved(self.State.SENDING, claimed_at=timezone.now(), tries=F("tries") + 1)

    def mark_sent(self) -> bool:
        return self._moved(self.State.SENT, sent_at=timezone.now(), error="", next_try_at=None)

    def try_later(self, error: str, at: datetime | None = None) -> bool:
        """Also what a worker left behind."""
        at = at or timezone.now()
        return self._moved(self.State.QUEUED, only_from=[self.State.SENDING], error=error, next_try_at=at)

    def give_up(self, error: str) -> bool:
        return self._moved(self.State.FAILED, error=error, next_try_at=None)

    def try_again(self) -> bool:
        """After it failed; as if it had never been tried."""
        now = timezone.now()
        return self._moved(self.State.QUEUED, only_from=[self.State.FAILED], tries=0, error="", next_try_at=now)

    def supersede(self) -> bool:
        return self._moved(self.State.SUPERSEDED, next_try_at=None)
