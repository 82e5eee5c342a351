"""Receipts of donations: one for each donor and year, with a number, made once."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.dues.models.payer import Payer


class DonationSettings(TenantModel):
    """One row, or none: then no receipts are made."""

    recognition = models.TextField(
        _("recognition"),
        max_length=3000,
        help_text=_("What tax offices want to read: by whom and as what you are recognised, under which number."),
    )
    smallest = models.DecimalField(
        _("receipts from"),
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.01"),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Given in the year by one person, together. In Belgium 40."),
    )
    signed_by = NameColumn(_("signed by"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", name="donation_settings_are_one_per_organisation"),
            models.CheckConstraint(name="donation_receipts_are_of_something", condition=Q(smallest__gt=Decimal(0))),
        ]
        verbose_name = _("settings of donations")
        verbose_name_plural = _("settings of donations")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class DonationReceipt(TenantModel):
    """Everything that its document says, as it was when it was made; `contents`: the document, once somebody wanted it,
    the same bytes from then on. `donor`: who it is, by email or as a payer. `gifts`: [day, words, amount] of each."""

    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number"))
    donor = models.CharField(max_length=260)
    payer = TenantForeignKey(Payer, on_delete=models.DB_SET_NULL, null=True, related_name="donation_receipts")
    name = NameColumn(_("name"), max_length=200)
    email = models.CharField(_("email"), max_length=254, blank=True)
    address = models.JSONField(default=list)
    language = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    gifts = models.JSONField(default=list)
    recognition = models.TextField(blank=True)
    signed_by = NameColumn(max_length=200, blank=True)
    contents = models.BinaryField(null=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-year", "sequence"]
        constraints = [
            models.UniqueConstraint("organisation", "year", "sequence", name="donation_receipt_has_its_number"),
            models.UniqueConstraint("organisation", "year", "donor", name="donation_receipt_is_made_once"),
            models.CheckConstraint(name="donation_receipt_is_of_something", condition=Q(total__gt=Decimal(0))),
        ]
        indexes = [
            models.Index("organisation", "payer", name="donation_receipts_of_a_payer"),
        ]
        verbose_name = _("receipt of donations")
        verbose_name_plural = _("receipts of donations")

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.year}-{self.sequence:04}"
