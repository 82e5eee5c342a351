"""Money that the payer's bank takes back (P4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models.payment import Payment


class DisputeQuerySet(TenantQuerySet):
    def open(self) -> DisputeQuerySet:
        return self.filter(state=Dispute.State.OPEN)


class Dispute(TenantModel, StateMachine):
    """A payer disputes a payment with their bank, which takes the money back until, or unless, the organisation wins.

    Triggers: disputes_add_up (payments/sql/disputes_add_up.sql); lost_for_contributions
    (dues/sql/contributions_follow_the_money.sql).
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispute", "to be answered")
        WON = "won", pgettext_lazy("dispute", "won: the money came back")
        LOST = "lost", pgettext_lazy("dispute", "lost")

    MOVES = {
        State.OPEN: [State.WON, State.LOST],
        # Banks change their minds.
        State.WON: [State.LOST],
        State.LOST: [State.WON],
    }

    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="disputes")
    provider_id = models.CharField(max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    respond_by = models.DateTimeField(_("to be answered by"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(DisputeQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(name="dispute_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.UniqueConstraint(
                "organisation", "payment", "provider_id", name="dispute_of_a_provider_is_recorded_once"
            ),
            models.CheckConstraint(
                name="dispute_has_ended_exactly_when_dated",
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index("organisation", F("opened_at").desc(), name="dispute_newest_first")]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")

    def __str__(self) -> str:
        return self.provider_id

    def win(self) -> bool:
        return self._moved(self.State.WON, ended_at=timezone.now())

    def lose(self) -> bool:
        return self._moved(self.State.LOST, ended_at=timezone.now())

    def change(self, *, amount: Decimal, respond_by: datetime | None) -> None:
        self._written(list(self.State), amount=amount, respond_by=respond_by)
