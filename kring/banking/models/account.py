"""Accounts of the organisation, and how it reads the bank's files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantModel


class OwnAccount(TenantModel):
    """An account whose statements are read. `number` is an IBAN, or what the bank calls it, without blanks.

    Its row is locked by whoever adds lines to it.
    """

    number = models.CharField(_("account number"), max_length=34)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("organisation", "number", name="own_account_is_known_once"),
            models.CheckConstraint(name="own_account_has_a_number", condition=~Q(number="")),
        ]
        verbose_name = _("own account")
        verbose_name_plural = _("own accounts")

    def __str__(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


class BankingSettings(TenantModel):
    """One row, or none: then as its defaults are."""

    books_by_itself = models.BooleanField(_("Book by itself what leaves no doubt"), default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", name="banking_settings_are_one_per_organisation"),
        ]
        verbose_name = _("settings of bank statements")
        verbose_name_plural = _("settings of bank statements")

    def __str__(self) -> str:
        return str(self.books_by_itself)


class ColumnMapping(TenantModel):
    """What the columns of a bank's table are, as somebody said once. `signature`: of its heads (`reading.columns`)."""

    signature = models.CharField(max_length=32)
    heads = models.JSONField()
    targets = models.JSONField()
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("organisation", "signature", name="column_mapping_is_one_per_table"),
        ]
        verbose_name = _("columns of a bank's table")
        verbose_name_plural = _("columns of banks' tables")

    def __str__(self) -> str:
        return ", ".join(filter(None, self.heads))[:100]
