"""Statements: what the bank says of one account from one day to another."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kring.banking.models.account import OwnAccount
from kring.banking.models.file import StatementFile
from kring.core.tenancy import TenantForeignKey, TenantModel


class Statement(TenantModel):
    """`missing`: between the opening balance with all lines, and the closing one; None where it is not known."""

    file = TenantForeignKey(StatementFile, on_delete=models.DB_CASCADE, related_name="statements")
    account = TenantForeignKey(OwnAccount, on_delete=models.DB_CASCADE, related_name="statements", db_index=False)
    number = models.CharField(_("number"), max_length=35, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    begins_on = models.DateField(_("first day"), null=True)
    ends_on = models.DateField(_("last day"), null=True)
    opening = models.DecimalField(_("opening balance"), max_digits=15, decimal_places=2, null=True)
    closing = models.DecimalField(_("closing balance"), max_digits=15, decimal_places=2, null=True)
    missing = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    # As the file has them, new or not; and bookings that were not final.
    number_of_lines = models.PositiveIntegerField(_("lines"), default=0)
    pending = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-ends_on", "-pk"]
        indexes = [
            models.Index("organisation", "account", F("ends_on").desc(), name="statements_of_an_account"),
        ]
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    @property
    def is_complete(self) -> bool:
        return self.missing in (None, Decimal(0))
