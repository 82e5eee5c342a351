"""Credit that people have with the organisation: refunds they may spend on later orders (R6)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel


class CreditAccount(TenantModel):
    """What somebody has, in one currency. It belongs to whoever proves that the address is theirs.

    `balance` is the sum of its entries, by a trigger: credit_adds_up (payments/sql/credit_adds_up.sql).
    """

    email = models.CharField(max_length=254)
    currency = models.CharField(max_length=3)
    balance = models.DecimalField(
        _("balance"), max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0), editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "email", "currency", name="credit_account_is_one_each"),
            models.CheckConstraint(name="credit_is_never_below_zero", condition=Q(balance__gte=0)),
        ]
        indexes = [models.Index("organisation", F("balance").desc(), name="credit_accounts_by_balance")]
        verbose_name = _("credit")
        verbose_name_plural = _("credit")

    def __str__(self) -> str:
        return self.email


class CreditEntry(TenantModel):
    """A change of it, never changed or removed: a refund (or one that was taken back, or paid out), or a payment.

    Triggers: credit_adds_up, credit_entries_stay (payments/sql/credit_adds_up.sql).
    """

    account = TenantForeignKey(CreditAccount, on_delete=models.DO_NOTHING, related_name="entries", db_index=False)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    refund = TenantForeignKey("payments.Refund", on_delete=models.DO_NOTHING, null=True, related_name="+")
    payment = TenantForeignKey("payments.Payment", on_delete=models.DO_NOTHING, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="credit_entry_changes_something", condition=~Q(amount=Decimal(0))),
            models.CheckConstraint(
                name="credit_entry_is_about_a_refund_or_a_payment",
                condition=Q(refund__isnull=False, payment=None) | Q(refund=None, payment__isnull=False),
            ),
            models.UniqueConstraint(
                "organisation", "payment", name="payment_spends_credit_once", condition=Q(payment__isnull=False)
            ),
        ]
        indexes = [models.Index("organisation", "account", F("created_at").desc(), name="credit_entries_newest_first")]
        verbose_name = _("change of credit")
        verbose_name_plural = _("changes of credit")

    def __str__(self) -> str:
        return f"#{self.pk}"
