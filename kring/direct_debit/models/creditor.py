"""The organisation's accounts that collect: what the bank has agreed with it."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.sepa import Account
from kring.core.sepa.debits import Creditor
from kring.core.tenancy import TenantModel


class CreditorAccount(TenantModel):
    """Name and creditor identifier also stand in each mandate: a change of them makes new versions (creditors.py)."""

    class Per(models.TextChoices):
        PAYER = "payer", _("one for all that somebody pays for")
        BILL = "bill", _("one for each bill")

    # Exactly as the bank holds it: payers' banks compare it with the account.
    name = NameColumn(_("name of the account"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34)
    creditor_id = models.CharField(_("creditor identifier"), max_length=35)
    lead_days = models.PositiveSmallIntegerField(
        _("days the bank needs"), default=2, validators=[MinValueValidator(1), MaxValueValidator(14)]
    )
    cut_off = models.TimeField(_("cut-off time of the bank"), default=time(14))
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"), default=14, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    batch_booking = models.BooleanField(_("one amount on the statement for the whole file"), default=True)
    needs_two = models.BooleanField(_("a second person releases each file"), default=True)
    one_debit_per = models.CharField(_("debits"), max_length=5, choices=Per, default=Per.PAYER)
    # Of a returned debit, billed on to the payer; 0: the organisation bears it.
    return_fee = models.DecimalField(
        _("fee of a returned debit, billed on"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "iban",
                Upper("creditor_id"),
                name="creditor_account_is_one_per_account",
                condition=Q(retired_at=None),
                violation_error_message=_("This account is here already."),
            ),
            models.CheckConstraint(
                name="creditor_account_has_days",
                condition=Q(lead_days__gte=1, lead_days__lte=14, notice_days__gte=1, notice_days__lte=60),
            ),
            models.CheckConstraint(
                name="creditor_account_debits_are_known", condition=Q(one_debit_per__in=["payer", "bill"])
            ),
        ]
        verbose_name = _("account for collecting")
        verbose_name_plural = _("accounts for collecting")

    def __str__(self) -> str:
        return f"{self.name}, {self.masked}"

    @property
    def masked(self) -> str:
        return f"{self.iban[:4]} … {self.iban[-4:]}"

    @property
    def creditor(self) -> Creditor:
        return Creditor(Account(self.name, self.iban), self.creditor_id, self.batch_booking)
