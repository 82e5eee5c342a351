"""One direct debit, what it is for, and its return (C3)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.sepa.debits import Amendment
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.direct_debit.models.mandate import Mandate, MandateVersion
from kring.direct_debit.models.reason import Action
from kring.direct_debit.models.run import CollectionRun
from kring.dues.models import Contribution
from kring.payments.models import Payment


def new_end_to_end_id() -> str:
    return f"E{codes.readable(20)}"


class DebitQuerySet(TenantQuerySet):
    def live(self) -> DebitQuerySet:
        return self.filter(state__in=Debit.LIVE)

    def with_returns(self) -> DebitQuerySet:
        """`in_force`: the return of each that holds, as a list."""
        rows = DebitReturn.objects.filter(undone_at=None)
        return self.prefetch_related(models.Prefetch("returns", rows, to_attr="in_force"))


class Debit(TenantModel, StateMachine):
    """`reference` is its end-to-end id, never another's. `amendment`: what the file says of the mandate before.

    Triggers: debit_moves_its_items (direct_debit/sql/debit_items_add_up.sql).
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("debit", "announced")
        UNDER_WAY = "under_way", pgettext_lazy("debit", "in the file")
        COLLECTED = "collected", pgettext_lazy("debit", "collected")
        RETURNED = "returned", pgettext_lazy("debit", "returned")
        LEFT_OUT = "left_out", pgettext_lazy("debit", "left out")

    LIVE = [State.ANNOUNCED, State.UNDER_WAY]
    MOVES: ClassVar = {
        State.ANNOUNCED: [State.UNDER_WAY, State.LEFT_OUT],
        State.UNDER_WAY: [State.COLLECTED, State.RETURNED, State.LEFT_OUT],
        State.COLLECTED: [State.RETURNED, State.UNDER_WAY],
        # A return that was noted by mistake.
        State.RETURNED: [State.UNDER_WAY, State.COLLECTED],
        State.LEFT_OUT: [],
    }

    run = TenantForeignKey(CollectionRun, on_delete=models.DO_NOTHING, related_name="debits")
    mandate = TenantForeignKey(Mandate, on_delete=models.DO_NOTHING, related_name="debits")
    version = TenantForeignKey(MandateVersion, on_delete=models.DO_NOTHING, related_name="debits", db_index=False)
    reference = models.CharField(_("reference"), max_length=35, default=new_end_to_end_id, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ANNOUNCED)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    sequence = models.CharField(max_length=4)
    # The place of its batch in the file, from 1.
    batch = models.PositiveSmallIntegerField(null=True)
    amendment = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    text = models.CharField(max_length=140)
    why = models.CharField(max_length=20, blank=True)
    collected_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(DebitQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("organisation", "reference", name="debit_reference_is_unique"),
            models.CheckConstraint(name="debit_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.CheckConstraint(
                name="debit_state_is_known",
                condition=Q(state__in=["announced", "under_way", "collected", "returned", "left_out"]),
            ),
            models.CheckConstraint(name="debit_sequence_is_known", condition=Q(sequence__in=["OOFF", "RCUR", "FNAL"])),
            # A mandate for one collection.
            models.UniqueConstraint(
                "organisation",
                "mandate",
                name="debit_by_a_mandate_for_one_is_one",
                condition=Q(sequence="OOFF", state__in=["announced", "under_way", "collected"]),
            ),
        ]
        indexes = [
            models.Index("organisation", "run", "state", name="debits_of_a_run"),
            models.Index("organisation", "mandate", F("id").desc(), name="debits_of_a_mandate"),
            models.Index("version", name="debits_of_a_version"),
        ]
        verbose_name = _("direct debit")
        verbose_name_plural = _("direct debits")

    def __str__(self) -> str:
        return self.reference

    @property
    def sent_amendment(self) -> Amendment:
        return Amendment(**self.amendment)

    def payments(self) -> list[tuple[Payment, Decimal]]:
        """Each with what this debit brings of it."""
        found: dict[int, list[DebitItem]] = {}
        for item in self.items.select_related("payment__order").order_by("payment", "pk"):
            found.setdefault(item.payment_id, []).append(item)
        return [(items[0].payment, sum((each.amount for each in items), Decimal(0))) for items in found.values()]

    def collect(self, on: object) -> bool:
        """False: known before."""
        return self._moved(self.State.COLLECTED, only_from=[self.State.UNDER_WAY], collected_on=on)

    def leave_out(self, why: str) -> bool:
        return self._moved(self.State.LEFT_OUT, why=why)

    def note_returned(self) -> bool:
        """False: known before."""
        return self._moved(self.State.RETURNED)

    def take_return_back(self) -> None:
        self._move(self.State.COLLECTED if self.collected_on else self.State.UNDER_WAY, only_from=[self.State.RETURNED])


class DebitItem(TenantModel):
    """What a debit collects of one contribution. `state` is the debit's, by a trigger.

    A contribution is in one debit at a time, and never collected beyond its amount, whatever the code does.
    Triggers: debit_items_add_up, debit_items_add_up_again (direct_debit/sql/debit_items_add_up.sql).
    """

    debit = TenantForeignKey(Debit, on_delete=models.DB_CASCADE, related_name="items")
    contribution = TenantForeignKey(
        Contribution, on_delete=models.DO_NOTHING, related_name="debit_items", db_index=False
    )
    attempt = models.PositiveSmallIntegerField()
    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="debit_items")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    state = models.CharField(_("state"), max_length=9, choices=Debit.State, default=Debit.State.ANNOUNCED)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("organisation", "contribution", "attempt", name="debit_attempt_is_one_each"),
            models.UniqueConstraint(
                "organisation",
                "contribution",
                name="contribution_is_in_one_debit_at_a_time",
                condition=Q(state__in=["announced", "under_way"]),
            ),
            models.CheckConstraint(name="debit_item_is_above_zero", condition=Q(amount__gt=Decimal(0))),
            models.CheckConstraint(name="debit_attempts_count_from_one", condition=Q(attempt__gte=1)),
        ]
        verbose_name = _("part of a direct debit")
        verbose_name_plural = _("parts of direct debits")

    def __str__(self) -> str:
        return f"#{self.pk}"


class NotCollected(TenantModel):
    """What was due for a collection and is not in it, and why."""

    class Why(models.TextChoices):
        NO_MANDATE = "no_mandate", _("no mandate")
        HELD = "held", _("the mandate is stopped")
        LAPSED = "lapsed", _("the mandate has lapsed")
        ENDED = "ended", _("the mandate has ended since the notice")
        CHANGED_MANDATE = "changed_mandate", _("the mandate has changed since the notice")
        USED = "used", _("the mandate was for one collection, and is used")
        BAD_ACCOUNT = "bad_account", _("the account number is not right")
        CLOSED_COUNTRY = "closed_country", _("direct debits do not reach this country")
        NO_NAME = "no_name", _("nothing is left of the holder's name in the letters of banks")
        NO_ADDRESS = "no_address", _("banks in this country want an address, and it is not complete")
        UNDER_WAY = "under_way", _("a payment is under way")
        TOO_OFTEN = "too_often", _("tried three times")
        CURRENCY = "currency", _("not in euro")
        NOTICE = "notice", _("the notice would be too short")
        NO_EMAIL = "no_email", _("there is no email address for the notice")
        LEFT = "left", _("the member has left")
        DECEASED = "deceased", _("the member has died")
        OF_AGE = "of_age", _("the member is of age then, and the payer was their guardian")
        PAID = "paid", _("paid since the notice")
        WAIVED = "waived", _("waived since the notice")
        CHANGED = "changed", _("the amount has changed since the notice")

    run = TenantForeignKey(CollectionRun, on_delete=models.DB_CASCADE, related_name="not_collected", db_index=False)
    contribution = TenantForeignKey(Contribution, on_delete=models.DO_NOTHING, related_name="not_collected")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    why = models.CharField(_("reason"), max_length=20, choices=Why)
    # Announced, and left out when it was released.
    at_release = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "run", "contribution", name="contribution_is_left_out_once_per_collection"
            )
        ]
        verbose_name = _("not collected")
        verbose_name_plural = _("not collected")

    def __str__(self) -> str:
        return f"#{self.pk}"


class DebitReturn(TenantModel):
    """The bank did not collect it, or took it back. One in force for each debit, whatever the number of reports."""

    class Source(models.TextChoices):
        STATUS = "status", _("status report (pain.002)")
        STATEMENT = "statement", _("bank statement")
        HAND = "by_hand", pgettext_lazy("return", "entered by hand")

    debit = TenantForeignKey(Debit, on_delete=models.DO_NOTHING, related_name="returns", db_index=False)
    code = models.CharField(_("reason"), max_length=35, blank=True)
    words = models.CharField(max_length=140, blank=True)
    source = models.CharField(_("source"), max_length=9, choices=Source)
    returned_on = models.DateField(_("returned on"))
    charges = models.DecimalField(_("fee of the bank"), max_digits=8, decimal_places=2, default=Decimal(0))
    action = models.CharField(_("what follows"), max_length=11, choices=Action)
    # It had been collected: the money was there.
    was_collected = models.BooleanField()
    # More than 13 months after the debit: no bank should do that.
    is_late = models.BooleanField(default=False)
    applied_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "debit", name="debit_return_is_applied_once", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="debit_return_charges_are_not_negative", condition=Q(charges__gte=0)),
        ]
        indexes = [
            models.Index("organisation", F("applied_at").desc(), name="debit_returns_newest_first"),
            models.Index("debit", name="returns_of_a_debit"),
        ]
        verbose_name = _("returned direct debit")
        verbose_name_plural = _("returned direct debits")

    def __str__(self) -> str:
        return f"{self.debit_id}: {self.code}"
