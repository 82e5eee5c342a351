"""To which account a refund goes by bank file (R6)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.secrets import EncryptedJSONField
from kring.core.sepa import Account
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet

# After the last of the refunds has ended: by then a bank has returned what it could not pay out.
FORGOTTEN_AFTER = timedelta(days=90)


class PayeeQuerySet(TenantQuerySet):
    def to_forget(self) -> PayeeQuerySet:
        return self.filter(forget_on__lte=timezone.localdate())


class Payee(TenantModel):
    """Whoever gets refunds of theirs by bank transfer. Whoever has `secret` may enter the account, until a file has it;
    `email` is the address to which it was sent, "" where it was not. The account is deleted on `forget_on`."""

    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    email = models.CharField(max_length=254, blank=True)
    # {"holder": …, "iban": …}; None: not known (any more).
    account = EncryptedJSONField(null=True, editable=False)
    given_at = models.DateTimeField(null=True)
    # Staff who typed it; None: the payer did.
    given_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    forget_on = models.DateField(null=True)

    objects = TenantManager.from_queryset(PayeeQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "secret", name="payee_secret_is_unique"),
            models.CheckConstraint(
                name="payee_account_is_dated", condition=Q(account=None) | Q(given_at__isnull=False)
            ),
        ]
        indexes = [
            # Without the organisation: one query finds what is due everywhere.
            models.Index("forget_on", name="payee_to_forget", condition=Q(forget_on__isnull=False)),
        ]
        verbose_name = _("payee")
        verbose_name_plural = _("payees")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def known_account(self) -> Account | None:
        return Account(**self.account) if self.account else None

    @property
    def holder(self) -> str:
        return self.account["holder"] if self.account else ""

    @property
    def masked(self) -> str:
        """The account as pages show it: its country and bank, and its end."""
        iban: str = self.account["iban"] if self.account else ""
        return f"{iban[:4]} … {iban[-4:]}" if iban else ""
