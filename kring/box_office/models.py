"""The box office (D4): kinds of payment, shifts, and what was taken in them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.languages import in_language
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.payments.models import Payment


class SaleKind(TenantModel):
    """How a sale is settled, of the organisation's own list: cash, card terminal, VIP, crew. `names`: by language."""

    class Takes(models.TextChoices):
        CASH = "cash", _("Cash, into the drawer")
        ELSEWHERE = "elsewhere", _("Money that is not in the drawer, such as a card terminal")
        NOTHING = "nothing", _("Nothing: the tickets are free, with a reason")

    names = models.JSONField(_("name"), default=dict)
    takes = models.CharField(_("takes"), max_length=10, choices=Takes)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="sale_kind_has_a_name", condition=~Q(names={})),
            models.CheckConstraint(
                name="sale_kind_takes_what_is_known", condition=Q(takes__in=["cash", "elsewhere", "nothing"])
            ),
        ]
        verbose_name = pgettext_lazy("box office", "kind")
        verbose_name_plural = pgettext_lazy("box office", "kinds")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def is_free(self) -> bool:
        return self.takes == self.Takes.NOTHING


class ShiftQuerySet(TenantQuerySet):
    def open(self) -> ShiftQuerySet:
        return self.filter(closed_at=None)

    def of_seller(self, user: User) -> ShiftQuerySet:
        return self.filter(seller=user)


class Shift(TenantModel):
    """One person at the box office with one drawer, from counting what is in it to counting it again.

    `closing` is the report as it was when the shift was closed (shifts.py): what is refunded later changes nothing
    in it.
    """

    class Paper(models.TextChoices):
        A4 = "a4", _("A4")
        ROLL = "roll", _("Roll of 80 mm")

    number = models.PositiveIntegerField(_("number"))
    seller = models.ForeignKey(User, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    seller_name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    currency = models.CharField(max_length=3)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    # What this desk prints on.
    paper = models.CharField(_("printer"), max_length=4, choices=Paper, default=Paper.A4)
    opening_cash = models.DecimalField(_("cash at the start"), max_digits=10, decimal_places=2)
    closed_at = models.DateTimeField(pgettext_lazy("shift", "closed"), null=True)
    # Another person than the seller, where a shift was forgotten.
    closed_by = models.ForeignKey(User, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    counted_cash = models.DecimalField(_("counted cash"), max_digits=10, decimal_places=2, null=True)
    expected_cash = models.DecimalField(_("expected cash"), max_digits=10, decimal_places=2, null=True)
    closing = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = TenantManager.from_queryset(ShiftQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "number", name="shift_number_is_unique"),
            models.UniqueConstraint(
                "organisation", "seller", name="shift_is_one_at_a_time_per_seller", condition=Q(closed_at=None)
            ),
            models.CheckConstraint(name="shift_begins_with_no_debt", condition=Q(opening_cash__gte=0)),
            models.CheckConstraint(
                name="shift_is_closed_exactly_when_counted",
                condition=Q(closed_at=None, counted_cash=None, expected_cash=None)
                | Q(closed_at__isnull=False, counted_cash__gte=0, expected_cash__isnull=False),
            ),
        ]
        indexes = [models.Index("organisation", F("opened_at").desc(), name="shifts_newest_first")]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")

    def __str__(self) -> str:
        return gettext("Shift %(number)s") % {"number": self.number}

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def difference(self) -> Decimal | None:
        """What was counted beyond what was expected; less than 0: some is missing."""
        if self.counted_cash is None or self.expected_cash is None:
            return None
        return self.counted_cash - self.expected_cash


class TakingQuerySet(TenantQuerySet):
    def with_what_a_list_shows(self) -> TakingQuerySet:
        rows = self.select_related("kind", "shift", "payment__order").prefetch_related("payment__order__lines")
        return rows.prefetch_related("payment__refunds").order_by("-pk")


class Taking(TenantModel):
    """A payment that was taken in a shift, also one of nothing.

    Triggers: taken_in_an_open_shift (box_office/sql/taken_in_an_open_shift.sql).
    """

    shift = TenantForeignKey(Shift, on_delete=models.DO_NOTHING, related_name="takings")
    kind = TenantForeignKey(SaleKind, on_delete=models.DO_NOTHING, related_name="takings")
    payment = TenantForeignKey(Payment, on_delete=models.DO_NOTHING, related_name="takings")

    objects = TenantManager.from_queryset(TakingQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "payment", name="taking_is_one_per_payment")]
        indexes = [
            models.Index("organisation", "shift", name="takings_of_a_shift"),
            models.Index("organisation", "kind", name="takings_of_a_kind"),
        ]
        verbose_name = _("sale")
        verbose_name_plural = _("sales")

    def __str__(self) -> str:
        return str(self.payment)

    @property
    def is_sale(self) -> bool:
        """Of all tickets of its order; else a difference that was taken later (differences.py). One statement."""
        return not Payment.objects.filter(order=self.payment.order_id, pk__lt=self.payment_id).exists()
