"""Where what a provider says and what we have do not agree."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.payment import Payment
from kring.payments.models.provider_account import ProviderAccount
from kring.payments.models.provider_entry import ProviderEntry


class DifferenceQuerySet(TenantQuerySet):
    def open(self) -> DifferenceQuerySet:
        """Somebody should look at it."""
        return self.filter(state=Difference.State.OPEN)

    def lasting(self) -> DifferenceQuerySet:
        return self.exclude(state=Difference.State.SETTLED)

    def settle(self, pks: Iterable[int]) -> int:
        """What is said and what we have agree by now."""
        lasting = self.lasting().filter(pk__in=list(pks))
        return lasting.update(state=Difference.State.SETTLED, ended_at=timezone.now())

    def with_what_a_list_shows(self) -> DifferenceQuerySet:
        rows = self.select_related("account", "payment__order", "entry", "seen_by")
        return rows.defer("account__keys", "account__old_keys", "payment__settings")


class Difference(TenantModel, StateMachine):
    """Found when an account was compared. It ends when both agree; staff may say before that they have seen to it."""

    class Kind(models.TextChoices):
        UNKNOWN_MONEY = "unknown_money", _("money of no payment here")
        NOT_LISTED = "not_listed", _("payment that the provider does not list")
        NOT_PAID_HERE = "not_paid_here", _("paid there, not here")
        AMOUNT = "amount", _("another amount")
        REFUNDED_THERE = "refunded_there", _("refunded there, not here")
        REFUND_NOT_LISTED = "refund_not_listed", _("refund that the provider does not list")
        CHARGED_BACK = "charged_back", _("another sum charged back")

    class State(models.TextChoices):
        OPEN = "differs", pgettext_lazy("difference", "to be looked at")
        SEEN = "seen", pgettext_lazy("difference", "seen to")
        SETTLED = "settled", pgettext_lazy("difference", "agrees by now")

    # Of these the provider is asked at once: what it answers may be all there is to do.
    ASKED_FOR = [Kind.NOT_PAID_HERE, Kind.REFUNDED_THERE, Kind.REFUND_NOT_LISTED, Kind.CHARGED_BACK]
    MOVES = {
        State.OPEN: [State.SEEN, State.SETTLED],
        # What was seen is another sum by now.
        State.SEEN: [State.OPEN, State.SETTLED],
        State.SETTLED: [],
    }

    account = TenantForeignKey(
        ProviderAccount, on_delete=models.DB_CASCADE, related_name="differences", db_index=False, editable=False
    )
    kind = models.CharField(_("difference"), max_length=20, choices=Kind)
    # One of the two, at least.
    entry = TenantForeignKey(ProviderEntry, on_delete=models.DB_CASCADE, null=True, related_name="differences")
    payment = TenantForeignKey(Payment, on_delete=models.DB_CASCADE, null=True, related_name="differences")
    # What we have, and what the provider says; None: nothing.
    ours = models.DecimalField(_("here"), max_digits=12, decimal_places=2, null=True)
    theirs = models.DecimalField(_("at the provider"), max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    # That of the provider, where it is another one.
    their_currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    seen_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(DifferenceQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="difference_is_about_something", condition=Q(entry__isnull=False) | Q(payment__isnull=False)
            ),
            models.UniqueConstraint(
                "organisation",
                "kind",
                "payment",
                name="difference_of_a_payment_lasts_once",
                condition=~Q(state="settled") & Q(payment__isnull=False),
            ),
            models.UniqueConstraint(
                "organisation",
                "kind",
                "entry",
                name="difference_of_an_entry_lasts_once",
                condition=~Q(state="settled") & Q(entry__isnull=False),
            ),
            models.CheckConstraint(
                name="difference_has_ended_exactly_when_dated",
                condition=Q(state="settled", ended_at__isnull=False) | (~Q(state="settled") & Q(ended_at=None)),
            ),
        ]
        indexes = [models.Index("organisation", F("found_at").desc(), name="difference_newest_first")]
        verbose_name = _("difference")
        verbose_name_plural = _("differences")

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def about(self) -> tuple[str, int | None, int | None]:
        return self.kind, self.payment_id, self.entry_id

    @property
    def sum(self) -> Decimal:
        """By how much; all of what they say in another currency."""
        ours, theirs = self.ours or Decimal(0), self.theirs or Decimal(0)
        return theirs if self.currency_there != self.currency else abs(theirs - ours)

    @property
    def currency_there(self) -> str:
        return self.their_currency or self.currency

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def see(self, note: str, *, by: User | None) -> None:
        """Raises WrongState."""
        self._move(self.State.SEEN, only_from=[self.State.OPEN], note=note[:300], seen_by=by)

    def end(self) -> bool:
        return self._moved(self.State.SETTLED, ended_at=timezone.now())

    def differs_otherwise(self, other: Difference) -> None:
        """Other sums: to be looked at again."""
        changes = {name: getattr(other, name) for name in ("ours", "theirs", "currency", "their_currency")}
        if self.state == self.State.SEEN:
            self._move(self.State.OPEN, only_from=[self.State.SEEN], **changes)
        else:
            self._change(only_in=[self.State.OPEN], **changes)
