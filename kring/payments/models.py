"""Attempts to pay, what goes back, and what providers tell us (P3, P4, P6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PaymentQuerySet(TenantQuerySet):
    def silent(self) -> PaymentQuerySet:
        """Attempts a provider has not told us the end of: the poll asks about them."""
        return self.filter(state=Payment.State.PENDING).exclude(provider_id="")


class Payment(TenantModel):
    """One attempt with one method. `settings` are the method's own, as they were when the attempt began."""

    class State(models.TextChoices):
        CREATED = "created", _("begun")
        PENDING = "pending", _("in progress")
        PAID = "paid", _("received")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = [State.CREATED, State.PENDING]

    order = TenantForeignKey(Order, on_delete=models.DO_NOTHING, related_name="payments")
    method = models.CharField(_("method"), max_length=30)
    settings = EncryptedJSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATED)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    # What the payer writes with a transfer, and what a provider shows.
    reference = models.CharField(_("reference"), max_length=35)
    # The provider's name for the attempt; "" while (or where) there is none.
    provider_id = models.CharField(max_length=120, blank=True)
    provider_data = models.JSONField(default=dict)
    failure_reason = models.CharField(max_length=300, blank=True)
    polls = models.PositiveIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    # Staff who ticked it by hand.
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(PaymentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "reference", name="payment_reference_is_unique"),
            models.UniqueConstraint(
                "organisation",
                "method",
                "provider_id",
                name="payment_provider_id_is_unique",
                condition=~Q(provider_id=""),
            ),
            models.CheckConstraint(name="payment_amount_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="payment_is_settled_exactly_when_dated",
                condition=Q(state="paid", settled_at__isnull=False) | (~Q(state="paid") & Q(settled_at=None)),
            ),
        ]
        indexes = [
            models.Index("organisation", "order", name="payments_of_an_order"),
            models.Index("organisation", F("created_at").desc(), name="payment_newest_first"),
            models.Index("organisation", "polled_at", name="payment_to_poll", condition=Q(state="pending")),
        ]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return self.reference

    def wait(self, *, provider_id: str = "", provider_data: dict[str, Any] | None = None) -> None:
        """The attempt is with the payer or the provider now."""
        self._move(
            to=self.State.PENDING,
            only_from=[self.State.CREATED],
            provider_id=provider_id,
            provider_data=provider_data or {},
        )

    def mark_paid(self) -> bool:
        """False when it was paid already: a second word about the same money."""
        try:
            self._move(
                to=self.State.PAID,
                # Providers change their minds: a payment that failed may still arrive.
                only_from=[*self.OPEN, self.State.FAILED, self.State.CANCELLED],
                settled_at=timezone.now(),
                failure_reason="",
            )
        except WrongState:
            return False
        return True

    def mark_failed(self, reason: str) -> bool:
        """False when it had ended already; money that arrived stays arrived."""
        try:
            self._move(to=self.State.FAILED, only_from=self.OPEN, failure_reason=reason[:300])
        except WrongState:
            return False
        return True

    def cancel(self) -> None:
        self._move(to=self.State.CANCELLED, only_from=self.OPEN)

    def _move(self, *, to: str, only_from: list[str], **changes: Any) -> None:
        rows = Payment.objects.filter(pk=self.pk, state__in=only_from)
        moved = rows.update(state=to, **changes)
        self.refresh_from_db()
        if not moved:
            raise WrongState(state=self.get_state_display())


class Refund(TenantModel):
    """Money that goes back against a payment. This issue records what staff gave back by hand."""

    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="refunds")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="refund_is_above_zero", condition=Q(amount__gt=Decimal(0)))]


class Notification(TenantModel):
    """What a provider told us, as it told it: stored first, applied once, by a job (P4)."""

    class State(models.TextChoices):
        STORED = "stored", _("to be handled")
        APPLIED = "applied", _("handled")
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
