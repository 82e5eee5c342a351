"""Collecting from accounts that payers keep at a payment provider, which has the mandate (C3)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.dues.models import Contribution, Payer
from kring.payments.models import Payment, SavedMeans


class ProviderMandateQuerySet(TenantQuerySet):
    def in_force(self) -> ProviderMandateQuerySet:
        return self.filter(ended_at=None)

    def chargeable(self) -> ProviderMandateQuerySet:
        return self.in_force().filter(means__state=SavedMeans.State.ACTIVE)


class ProviderMandate(TenantModel):
    """A payer lets the organisation collect what they owe from an account that they keep at its provider. What they
    agreed to is the evidence of `means`; that it can be charged is its state."""

    payer = TenantForeignKey(Payer, on_delete=models.DO_NOTHING, related_name="provider_mandates")
    means = TenantForeignKey(SavedMeans, on_delete=models.DO_NOTHING, related_name="provider_mandates", db_index=False)
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ProviderMandateQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "payer", name="provider_mandate_in_force_is_one_per_payer", condition=Q(ended_at=None)
            ),
        ]
        indexes = [models.Index("organisation", "means", name="provider_mandates_of_means")]
        verbose_name = _("mandate at a payment provider")
        verbose_name_plural = _("mandates at payment providers")

    def __str__(self) -> str:
        return f"{self.payer_id} → {self.means_id}"

    def end(self) -> bool:
        """False: it had ended."""
        return bool(ProviderMandate.objects.in_force().filter(pk=self.pk).update(ended_at=timezone.now()))


class ProviderCollection(TenantModel, StateMachine):
    """Announced to the payers, released by somebody else, charged on `collect_on`; nothing of it goes in a file."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("collection", "announced")
        RELEASED = "released", pgettext_lazy("collection", "released")
        CHARGED = "charged", pgettext_lazy("collection", "with the payment provider")
        CALLED_OFF = "called_off", pgettext_lazy("collection", "called off")

    MOVES: ClassVar = {
        State.ANNOUNCED: [State.RELEASED, State.CALLED_OFF],
        State.RELEASED: [State.CHARGED, State.CALLED_OFF],
        State.CHARGED: [],
        State.CALLED_OFF: [],
    }

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ANNOUNCED)
    collect_on = models.DateField(_("collected on"))
    # Where the organisation wants a second person: it was so when this was announced.
    needs_two = models.BooleanField(default=True)
    number = models.PositiveIntegerField(default=0)
    total = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, default=Decimal(0))
    prepared_at = models.DateTimeField(_("announced"), default=timezone.now)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="provider_collection_is_released_by_another_where_two_are_needed",
                condition=Q(needs_two=False)
                | Q(released_by=None)
                | Q(prepared_by=None)
                | ~Q(released_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="provider_collection_is_charged_only_when_released",
                condition=~Q(state__in=["released", "charged"]) | Q(released_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index("organisation", F("prepared_at").desc(), name="provider_collections_newest"),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("collect_on", name="provider_collections_due", condition=Q(state="released")),
        ]
        verbose_name = _("collection by a payment provider")
        verbose_name_plural = _("collections by payment providers")

    def __str__(self) -> str:
        return f"{self.collect_on:%d-%m-%Y}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.ANNOUNCED, self.State.RELEASED)

    def release(self, by: object) -> None:
        """Raises WrongState: somebody else was quicker."""
        self._move(self.State.RELEASED, released_by=by, released_at=timezone.now())

    def charge(self) -> bool:
        """False: it was before, or was called off."""
        return self._moved(self.State.CHARGED, ended_at=timezone.now())

    def call_off(self) -> None:
        """Raises WrongState: it is with the provider."""
        self._move(self.State.CALLED_OFF, ended_at=timezone.now())


class ProviderDebit(TenantModel, StateMachine):
    """What a collection charges of one contribution. Of one contribution one is announced at a time, and each attempt
    is one row: no path collects twice. What becomes of it once it is charged is the payment's state."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("debit", "announced")
        CHARGED = "charged", pgettext_lazy("debit", "with the payment provider")
        LEFT_OUT = "left_out", pgettext_lazy("debit", "left out")

    class Why(models.TextChoices):
        NONE = "", ""
        NOTHING_OWED = "nothing_owed", _("nothing is owed any more")
        UNDER_WAY = "under_way", _("a payment is under way")
        NO_ACCOUNT = "no_account", _("the account was revoked, or belongs to another payment service")
        BY_BANK = "by_bank", _("collected by the bank's file")
        REFUSED = "refused", _("the bank refused the last debit: talk to the payer")
        TOO_OFTEN = "too_often", _("tried three times")
        DECLINED = "declined", _("the payment service does not take this amount")
        CALLED_OFF = "called_off", _("called off")

    MOVES: ClassVar = {
        State.ANNOUNCED: [State.CHARGED, State.LEFT_OUT],
        State.CHARGED: [],
        State.LEFT_OUT: [],
    }

    collection = TenantForeignKey(ProviderCollection, on_delete=models.DO_NOTHING, related_name="debits")
    contribution = TenantForeignKey(
        Contribution, on_delete=models.DO_NOTHING, related_name="provider_debits", db_index=False
    )
    attempt = models.PositiveSmallIntegerField()
    means = TenantForeignKey(SavedMeans, on_delete=models.DO_NOTHING, related_name="debits", db_index=False)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ANNOUNCED)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, null=True, related_name="provider_debits")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "contribution", "attempt", name="provider_debit_attempt_is_one_each"
            ),
            models.UniqueConstraint(
                "organisation",
                "contribution",
                name="provider_debit_is_announced_once",
                condition=Q(state="announced"),
            ),
            models.CheckConstraint(name="provider_debit_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.CheckConstraint(
                name="provider_debit_has_a_payment_exactly_when_charged",
                condition=Q(state="charged", payment__isnull=False) | (~Q(state="charged") & Q(payment=None)),
            ),
        ]
        indexes = [models.Index("means", name="provider_debits_of_means")]
        verbose_name = _("debit by a payment provider")
        verbose_name_plural = _("debits by payment providers")

    def __str__(self) -> str:
        return f"{self.contribution_id} ({self.attempt})"

    def charged_as(self, payment: Payment) -> None:
        self._move(self.State.CHARGED, payment=payment)

    def leave_out(self, why: str) -> bool:
        return self._moved(self.State.LEFT_OUT, why=why)
