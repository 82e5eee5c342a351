"""What providers notify us of (P4)."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.payments.models.payment import Payment


class NotificationQuerySet(TenantQuerySet):
    def with_what_a_list_shows(self) -> NotificationQuerySet:
        return self.select_related("payment__order").order_by("-received_at", "-pk")

    def refused(self) -> NotificationQuerySet:
        """Needs a person's attention: money of the wrong amount, or for an unknown payment."""
        return self.filter(state=Notification.State.REFUSED)


class Notification(TenantModel):
    """A provider's notification, unchanged: stored first, applied once, by a job (P4)."""

    class State(models.TextChoices):
        STORED = "stored", _("to be processed")
        APPLIED = "applied", _("processed")
        IGNORED = "ignored", _("nothing to do")
        REFUSED = "refused", _("refused")

    method = models.CharField(max_length=30)
    account = models.CharField(max_length=60, blank=True)
    event_id = models.CharField(max_length=200)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    outcome = models.CharField(max_length=300, blank=True)
    payment = TenantForeignKey(Payment, on_delete=models.DB_SET_NULL, null=True, related_name="notifications")
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(NotificationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "method", "account", "event_id", name="notification_is_stored_once"
            ),
        ]
        indexes = [models.Index("organisation", F("received_at").desc(), name="notification_newest_first")]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")

    def __str__(self) -> str:
        return f"{self.method} {self.event_id}"

    def close(self, state: str, outcome: str, payment: Payment | None = None) -> None:
        """Handled, with its outcome. The caller holds the row's lock."""
        rows = Notification.objects.filter(pk=self.pk, state=self.State.STORED)
        rows.update(state=state, outcome=outcome[:300], payment=payment, applied_at=timezone.now())
        self.refresh_from_db()
