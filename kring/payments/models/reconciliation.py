"""How far an account has been compared with what its provider says."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.organisations.current import current_organisation
from kring.payments.models.provider_account import ProviderAccount

# Early in the morning, where the organisation is; accounts one after the other.
NIGHT, SPREAD = 2, 180
# Without an answer it is tried again, and so after a worker was killed.
TRIED_AGAIN_IN = timedelta(hours=1)
# Movements are booked late, and payments that were begun long ago are paid.
LOOKS_BACK, FIRST_LOOKS_BACK = timedelta(days=7), timedelta(days=90)


class ReconciliationQuerySet(TenantQuerySet):
    def due(self) -> ReconciliationQuerySet:
        return self.filter(due_at__lte=timezone.now())


class Reconciliation(TenantModel):
    """One for each account with a provider, made with it by a trigger."""

    account = TenantForeignKey(ProviderAccount, on_delete=models.DB_CASCADE, related_name="reconciliations")
    due_at = models.DateTimeField()
    # What was paid before is none of our business: the account was not connected yet.
    covered_from = models.DateTimeField(null=True)
    # The beginning of the last complete one; None: there was none yet.
    compared_at = models.DateTimeField(_("last compared"), null=True)
    # Since when the provider has not answered as it should; None: it did the last time.
    silent_since = models.DateTimeField(null=True)
    # The keys may not read its books.
    is_closed = models.BooleanField(default=False, db_default=False)
    # Others are paid into this account too: money that no payment here knows is nothing to look at.
    is_shared = models.BooleanField(default=False, db_default=False)

    objects = TenantManager.from_queryset(ReconciliationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "account", name="reconciliation_is_one_for_an_account"),
        ]
        indexes = [
            # Without the organisation: one query finds what is due everywhere.
            models.Index("due_at", name="reconciliation_due"),
        ]
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return str(self.account)

    def claim(self) -> bool:
        """True for the one process that compares it now."""
        mine = Reconciliation.objects.due().filter(pk=self.pk)
        return self._written(mine, due_at=timezone.now() + TRIED_AGAIN_IN)

    def cover(self, account_since: datetime) -> datetime:
        """From when on what we have and what it says must agree."""
        if self.covered_from is None:
            # Providers tell seconds.
            since = max(account_since, timezone.now() - FIRST_LOOKS_BACK).replace(microsecond=0)
            self._written(Reconciliation.objects.filter(pk=self.pk), covered_from=since)
        assert self.covered_from is not None
        return self.covered_from

    def note_compared(self, began_at: datetime) -> None:
        self._end(compared_at=began_at, silent_since=None, is_closed=False)

    def note_closed(self) -> None:
        self._end(silent_since=None, is_closed=True)

    def note_silent(self) -> None:
        """It is tried again in an hour: `claim` has seen to that."""
        silent = Reconciliation.objects.filter(pk=self.pk, silent_since=None)
        self._written(silent, silent_since=timezone.now())

    def ask_now(self) -> None:
        Reconciliation.objects.filter(pk=self.pk).update(due_at=timezone.now())

    def rest(self) -> None:
        """There is nothing to compare with this method."""
        self._end()

    def share(self, *, is_shared: bool) -> None:
        self._written(Reconciliation.objects.filter(pk=self.pk), is_shared=is_shared)

    def _end(self, **changes: object) -> None:
        now = timezone.localtime(timezone.now(), current_organisation().zone)
        night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
        night += timedelta(days=1 if night <= now else 0, minutes=self.pk % SPREAD)
        # Whoever asked for one meanwhile gets it.
        due = models.Case(models.When(due_at__lte=timezone.now(), then=F("due_at")), default=night)
        self._written(Reconciliation.objects.filter(pk=self.pk), due_at=due, **changes)

    def _written(self, rows: models.QuerySet[Reconciliation], **changes: object) -> bool:
        is_new = bool(rows.update(**changes))
        self.refresh_from_db()
        return is_new
