"""Giving back what was paid for an event that was called off (E4, R6)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.billing.models import Order
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models import Event


class RefundRun(TenantModel):
    """Many orders of one event: what was decided for all of them, and how far it is. It may be stopped, and goes on."""

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="refund_runs")
    # Two decisions: neither follows from the other.
    cancels = models.BooleanField()
    refunds = models.BooleanField()
    # What no provider can refund goes by bank file: each payer is asked for an account.
    by_bank_file = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "event", name="refund_run_is_one_at_a_time", condition=Q(finished_at=None)
            ),
            models.CheckConstraint(name="refund_run_does_something", condition=Q(cancels=True) | Q(refunds=True)),
        ]
        indexes = [models.Index("organisation", "event", F("created_at").desc(), name="refund_runs_of_an_event")]
        verbose_name = _("refund of an event")
        verbose_name_plural = _("refunds of events")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.stopped_at is None


class RefundRunItem(TenantModel):
    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("refund run", "to do")
        DONE = "done", pgettext_lazy("refund run", "done")
        # Nobody but staff can give this back.
        BY_HAND = "by_hand", pgettext_lazy("refund run", "to be refunded by hand")
        REFUSED = "refused", pgettext_lazy("refund run", "not done")

    run = TenantForeignKey(RefundRun, on_delete=models.DB_CASCADE, related_name="items", db_index=False)
    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    # What goes back by the provider, by bank file, and what is left for staff.
    returned = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    by_file = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    left = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "run", "order", name="refund_run_item_is_one_each")]
        indexes = [models.Index("organisation", "run", "outcome", "id", name="refund_run_items_by_outcome")]
        verbose_name = _("order of a refund of an event")
        verbose_name_plural = _("orders of a refund of an event")

    def __str__(self) -> str:
        return f"#{self.pk}"
