"""Money that arrived on the account, and the orders it was for (C4)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.payments.models.payment import Payment


class IncomingTransfer(TenantModel):
    """One transfer as the bank statement has it; its shares add up to it (payments/splitting.py)."""

    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    arrived_on = models.DateField(_("arrived on"))
    payer_name = models.CharField(_("name at the bank"), max_length=140, blank=True)
    reference = models.CharField(_("reference at the bank"), max_length=140, blank=True)
    # Of the form it was booked with: sent twice, it is booked once.
    key = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "key", name="incoming_transfer_is_booked_once"),
            models.CheckConstraint(name="incoming_transfer_is_above_zero", condition=Q(amount__gt=Decimal(0))),
        ]
        verbose_name = _("incoming transfer")
        verbose_name_plural = _("incoming transfers")

    def __str__(self) -> str:
        return self.reference or self.payer_name or f"{self.amount}"


class TransferShare(TenantModel):
    """So much of a transfer was for the order of this payment."""

    transfer = TenantForeignKey(IncomingTransfer, on_delete=models.DB_CASCADE, related_name="shares")
    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="transfer_shares")
    amount = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_share_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.UniqueConstraint("organisation", "transfer", "payment", name="transfer_has_one_share_for_a_payment"),
        ]
        indexes = [models.Index("organisation", "payment", name="transfer_shares_of_a_payment")]

    def __str__(self) -> str:
        return f"{self.amount}"
