"""The parts an order is paid in (R8)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.billing.models.order import Order
from kring.core.tenancy import TenantForeignKey, TenantModel


class Instalment(TenantModel):
    """One part of an order's total; the first is the deposit, with which the order is complete.

    What comes in pays for the parts in their order. They are the order's own: a later change of the plan they were made
    by changes none.

    Triggers: instalments_add_up (billing/sql/instalments_add_up.sql); next_due_by_instalment
    (payments/sql/note_next_due.sql).
    """

    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField()
    # 0: what it was for was cancelled.
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    # Of the deposit: the day it was chosen.
    due_on = models.DateField(_("due on"))
    # For this day: another one is reminded of anew.
    reminded_before_at = models.DateTimeField(null=True)
    reminded_after_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("organisation", "order", "position", name="instalment_has_its_position"),
            models.CheckConstraint(name="instalment_is_not_negative", condition=Q(amount__gte=Decimal(0))),
        ]
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")

    def __str__(self) -> str:
        return f"{self.position}"
