"""Money returned for a payment (R6)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.payments.models.payment import Payment


class Refund(TenantModel):
    """Money returned for a payment: refunded by staff by hand, and the buyer notified.

    Triggers: refunds_add_up (payments/sql/refunds_add_up.sql).
    """

    class How(models.TextChoices):
        SAME = "same", _("in the way it was paid")
        TRANSFER = "transfer", _("by bank transfer")
        CASH = "cash", _("in cash")
        # It goes along to another order of the same person: no money moves.
        ORDER = "order", _("to another order")

    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="refunds")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    how = models.CharField(max_length=10, choices=How, default=How.SAME, db_default="same")
    # The day it was sent on.
    given_on = models.DateField(default=timezone.localdate, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="refund_is_above_zero", condition=Q(amount__gt=Decimal(0)))]
        indexes = [models.Index("organisation", "payment", name="refunds_of_a_payment")]

    def __str__(self) -> str:
        return f"{self.amount}"
