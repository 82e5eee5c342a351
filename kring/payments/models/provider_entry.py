"""What providers have booked and paid out, in their own words."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.payments import ledger
from kring.payments.models.payment import Payment
from kring.payments.models.provider_account import ProviderAccount


class ProviderEntryQuerySet(TenantQuerySet):
    def with_what_is_left(self) -> ProviderEntryQuerySet:
        """`left`: of what was paid by it, without what went back since, as far as the provider says of which money."""
        same = ProviderEntry.objects.filter(account=OuterRef("account"), transaction=OuterRef("transaction"))
        total = same.exclude(transaction="").order_by().values("transaction").annotate(total=Sum("paid"))
        return self.annotate(left=Coalesce(Subquery(total.values("total")), F("paid")))

    def with_what_a_list_shows(self) -> ProviderEntryQuerySet:
        return self.select_related("account", "payment__order").defer(
            "account__keys", "account__old_keys", "payment__settings"
        )


class ProviderEntry(TenantModel):
    """One movement of money in an account (`ledger.LedgerEntry`): written once, and never changed but for what the
    provider says later, fee and payout, and for the payment that is found to it.

    Triggers: entries_stay (payments/sql/entries_stay.sql).
    """

    class Kind(models.TextChoices):
        PAYMENT = ledger.PAYMENT, pgettext_lazy("movement", "payment")
        REFUND = ledger.REFUND, pgettext_lazy("movement", "refund")
        DISPUTE = ledger.DISPUTE, pgettext_lazy("movement", "chargeback")
        FEE = ledger.FEE, pgettext_lazy("movement", "fee")
        OTHER = ledger.OTHER, pgettext_lazy("movement", "other")

    account = TenantForeignKey(
        ProviderAccount, on_delete=models.DB_CASCADE, related_name="entries", db_index=False, editable=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    provider_id = models.CharField(max_length=200)
    at = models.DateTimeField(_("booked"))
    # Above zero: it came in. In the currency of the account.
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    # None: the provider does not say.
    fee = models.DecimalField(_("fee"), max_digits=10, decimal_places=2, null=True)
    # As the payer sees it.
    paid = models.DecimalField(max_digits=10, decimal_places=2)
    paid_currency = models.CharField(max_length=3)
    # By which the payment is found (`ledger.LedgerEntry`).
    payment_name = models.CharField(max_length=120, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    refund_reference = models.CharField(max_length=60, blank=True)
    transaction = models.CharField(max_length=120, blank=True)
    # The provider's id of the payout it goes with.
    payout_name = models.CharField(_("payout"), max_length=120, blank=True)
    payment = TenantForeignKey(
        Payment, on_delete=models.DB_SET_NULL, null=True, related_name="entries", db_index=False, editable=False
    )
    kept_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(ProviderEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "account", "kind", "provider_id", name="provider_entry_is_kept_once"
            ),
        ]
        indexes = [
            models.Index("organisation", F("at").desc(), name="provider_entry_newest_first"),
            models.Index("organisation", "account", "at", name="provider_entries_of_an_account"),
            models.Index(
                "organisation", "payment", name="provider_entries_of_a_payment", condition=Q(payment__isnull=False)
            ),
            models.Index(
                "organisation", "account", "payout_name", name="entries_of_a_payout", condition=~Q(payout_name="")
            ),
            models.Index(
                "organisation", "account", "transaction", name="entries_of_a_transaction", condition=~Q(transaction="")
            ),
        ]
        verbose_name = _("movement at a provider")
        verbose_name_plural = _("movements at providers")

    def __str__(self) -> str:
        return self.provider_id

    @property
    def net(self) -> Decimal:
        return self.amount - (self.fee or Decimal(0))

    @classmethod
    def of(cls, account: ProviderAccount, entry: ledger.LedgerEntry) -> ProviderEntry:
        """Not saved."""
        return cls(
            account=account,
            kind=entry.kind,
            provider_id=entry.provider_id[:200],
            at=entry.at,
            amount=entry.amount,
            currency=entry.currency[:3],
            fee=entry.fee,
            paid=entry.amount if entry.paid is None else entry.paid,
            paid_currency=(entry.paid_currency or entry.currency)[:3],
            payment_name=entry.payment_id[:120],
            reference=entry.reference[:60],
            refund_reference=entry.refund_reference[:60],
            transaction=entry.transaction[:120],
            payout_name=entry.payout_id[:120],
        )


class Payout(TenantModel):
    """Money that a provider sends to the organisation's bank, as it says now."""

    class State(models.TextChoices):
        ANNOUNCED = ledger.PAYOUT_ANNOUNCED, pgettext_lazy("payout", "announced")
        PAID = ledger.PAYOUT_PAID, pgettext_lazy("payout", "paid out")
        FAILED = ledger.PAYOUT_FAILED, pgettext_lazy("payout", "returned to the provider")

    account = TenantForeignKey(
        ProviderAccount, on_delete=models.DB_CASCADE, related_name="payouts", db_index=False, editable=False
    )
    provider_id = models.CharField(max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    fees = models.DecimalField(_("fees"), max_digits=10, decimal_places=2, null=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    # When it is, or was, to be at the bank.
    arrives_on = models.DateField(_("at the bank on"), null=True)
    kept_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(TenantQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "account", "provider_id", name="payout_is_kept_once"),
        ]
        indexes = [models.Index("organisation", F("arrives_on").desc(), name="payout_newest_first")]
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")

    def __str__(self) -> str:
        return self.provider_id

    @property
    def entries(self) -> ProviderEntryQuerySet:
        """What it is made of, as far as the provider says."""
        rows: ProviderEntryQuerySet = ProviderEntry.objects.filter(
            account_id=self.account_id, payout_name=self.provider_id
        )
        return rows

    @classmethod
    def of(cls, account: ProviderAccount, report: ledger.PayoutReport) -> Payout:
        """Not saved."""
        return cls(
            account=account,
            provider_id=report.provider_id[:120],
            amount=report.amount,
            currency=report.currency[:3],
            fees=report.fees,
            state=report.state,
            arrives_on=report.arrives_on,
        )
