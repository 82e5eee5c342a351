"""What members owe (C1): fee tables, reductions, surcharges, and what was agreed with one member."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.languages import in_language
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind, SurchargedPeople
from kring.members.models import Household, Member, MembershipType

OLDEST = 130
MAJORITY = 18
# Periods are counted from these days: far from the ends of the calendar, so that none falls out of it.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
_DAYS = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


def _amount(label: Any, **more: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=8, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **more
    )


class FeeTable(TenantModel):
    """What members of one type pay for a period, for the periods that begin on `valid_from` or later, until a later
    table of the type takes over. Amounts are in its rows.

    Periods are counted from `begins_on`, in both directions; those of seasons are the seasons of the register. The age
    that counts is that on `age_month`/`age_day` of the calendar year in which the period begins, or on its first day.
    """

    type = TenantForeignKey(
        MembershipType, on_delete=models.DB_CASCADE, related_name="fee_tables", verbose_name=_("membership type")
    )
    valid_from = models.DateField(_("for periods from"), validators=_DAYS)
    period = models.CharField(_("paid for"), max_length=9, choices=PeriodKind, default=PeriodKind.YEAR)
    begins_on = models.DateField(_("first day of a period"), validators=_DAYS)
    age_month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    age_day = models.PositiveSmallIntegerField(
        _("day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    on_joining = models.CharField(_("who joins pays"), max_length=5, choices=ProRata, default=ProRata.NONE)
    on_leaving = models.CharField(_("who leaves pays"), max_length=5, choices=ProRata, default=ProRata.NONE)
    entry_fee = _amount(_("entry fee"), default=Decimal(0))
    honorary_pay = models.BooleanField(_("honorary members pay too"), default=False)
    # For the books; without one of its own the entry fee has the same.
    account_code = models.CharField(_("account in the books"), max_length=20, blank=True)
    entry_account_code = models.CharField(
        _("account of the entry fee"), max_length=20, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["type", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "type",
                "valid_from",
                name="fee_table_is_one_per_type_and_day",
                violation_error_message=_("There is already a fee table of this type from this day."),
            ),
            models.CheckConstraint(name="fee_table_period_is_known", condition=Q(period__in=PeriodKind.values)),
            models.CheckConstraint(
                name="fee_table_pro_rata_is_known",
                condition=Q(on_joining__in=ProRata.values, on_leaving__in=ProRata.values),
            ),
            models.CheckConstraint(name="fee_table_entry_fee_is_not_negative", condition=Q(entry_fee__gte=0)),
            models.CheckConstraint(
                name="fee_table_has_a_whole_age_day",
                condition=Q(age_month=None, age_day=None)
                | Q(age_month__gte=1, age_month__lte=12, age_day__gte=1, age_day__lte=31),
            ),
            models.CheckConstraint(
                name="fee_table_days_are_sensible",
                condition=Q(valid_from__range=(EARLIEST, LATEST), begins_on__range=(EARLIEST, LATEST)),
            ),
        ]
        verbose_name = _("fee table")
        verbose_name_plural = _("fee tables")

    def __str__(self) -> str:
        return f"{self.type}, {self.valid_from:%Y-%m-%d}"


class FeeRow(TenantModel):
    """What members of these ages pay, both included. One without limits is also for those whose age nobody knows."""

    table = TenantForeignKey(FeeTable, on_delete=models.DB_CASCADE, related_name="rows")
    from_age = models.PositiveSmallIntegerField(_("from age"), default=0, validators=[MaxValueValidator(OLDEST)])
    to_age = models.PositiveSmallIntegerField(
        _("to age"), null=True, blank=True, validators=[MaxValueValidator(OLDEST)]
    )
    amount = _amount(_("amount"))

    class Meta:
        ordering = ["from_age"]
        constraints = [
            ExclusionConstraint(
                name="fee_rows_do_not_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("table", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_age",
                            "to_age",
                            Value("[]"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The ages of two rows overlap."),
            ),
            models.CheckConstraint(
                name="fee_row_ends_after_it_begins",
                condition=Q(to_age=None) | Q(to_age__gte=F("from_age")),
                violation_error_message=_("The last age cannot be below the first."),
            ),
            models.CheckConstraint(name="fee_row_amount_is_not_negative", condition=Q(amount__gte=0)),
        ]
        verbose_name = pgettext_lazy("membership", "fee")
        verbose_name_plural = pgettext_lazy("membership", "fees")

    def __str__(self) -> str:
        return f"{self.from_age}–{'' if self.to_age is None else self.to_age}: {self.amount}"


class Reduction(TenantModel):
    """A rule by which somebody pays less. It counts for whoever begins to pay on a day from `valid_from` to
    `valid_until`: the first day of the period, or that of joining. Days in the past are allowed.

    `names`: text by language. `amount`: percent or money, by `effect`; of a cap the most for a household in `per`.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=ReductionKind)
    names = models.JSONField(_("name"), default=dict)
    valid_from = models.DateField(_("valid from"), validators=_DAYS)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, validators=_DAYS)
    # None: of all types.
    type = TenantForeignKey(
        MembershipType,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("membership type"),
    )
    effect = models.CharField(_("effect"), max_length=7, choices=ReductionEffect, default=ReductionEffect.AMOUNT)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    # Of a rule for children: which of them, oldest first, and who counts as one.
    nth = models.PositiveSmallIntegerField(
        _("which child"), null=True, blank=True, validators=[MinValueValidator(2), MaxValueValidator(20)]
    )
    or_later = models.BooleanField(_("and those after it"), default=False)
    under_age = models.PositiveSmallIntegerField(
        _("children are younger than"), default=MAJORITY, validators=[MinValueValidator(1), MaxValueValidator(OLDEST)]
    )
    # Of a cap: for what time it is meant; shorter periods have their part of it.
    per = models.CharField(_("for"), max_length=9, choices=PeriodKind, default=PeriodKind.YEAR)
    # Of a decision: whom it is for; neither of them: for everybody of the type.
    member = TenantForeignKey(
        Member,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="fee_reductions",
        verbose_name=_("member"),
    )
    household = TenantForeignKey(
        Household, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(name="reduction_kind_is_known", condition=Q(kind__in=ReductionKind.values)),
            models.CheckConstraint(name="reduction_effect_is_known", condition=Q(effect__in=ReductionEffect.values)),
            models.CheckConstraint(name="reduction_has_a_name", condition=~Q(names={})),
            models.CheckConstraint(
                name="reduction_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="reduction_amount_is_right",
                condition=Q(amount__gt=0) | Q(effect="fixed", amount__gte=0),
                violation_error_message=_("The amount must be above 0."),
            ),
            models.CheckConstraint(
                name="reduction_percentage_is_100_at_most",
                condition=~Q(effect="percent") | Q(amount__lte=100),
                violation_error_message=_("A percentage cannot be above 100."),
            ),
            models.CheckConstraint(
                name="reduction_for_children_says_which", condition=~Q(kind="nth_child") | Q(nth__gte=2)
            ),
            models.CheckConstraint(
                name="reduction_cap_is_an_amount",
                condition=~Q(kind="cap")
                | Q(effect="fixed", member=None, household=None, per__in=["month", "quarter", "half_year", "year"]),
            ),
            models.CheckConstraint(
                name="reduction_is_for_a_member_or_a_household", condition=Q(member=None) | Q(household=None)
            ),
            models.CheckConstraint(
                name="reduction_decision_has_a_reason",
                condition=~Q(kind="decision") | ~Q(reason=""),
                violation_error_message=_("Say why the board decided so."),
            ),
        ]
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def last_day(self) -> date | None:
        return self.valid_until


class Surcharge(TenantModel):
    """What some pay more for each period, such as an invoice on paper. Days as of a `Reduction`."""

    names = models.JSONField(_("name"), default=dict)
    amount = _amount(_("amount"))
    people = models.CharField(_("paid by"), max_length=9, choices=SurchargedPeople, default=SurchargedPeople.CHOSEN)
    # The first of the household bears it.
    once_per_household = models.BooleanField(_("once for a household"), default=False)
    type = TenantForeignKey(
        MembershipType,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("membership type"),
    )
    valid_from = models.DateField(_("valid from"), validators=_DAYS)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, validators=_DAYS)
    account_code = models.CharField(_("account in the books"), max_length=20, blank=True)
    # Its payer gets a receipt.
    is_donation = models.BooleanField(_("is a donation"), default=False, db_default=False)

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(name="surcharge_has_a_name", condition=~Q(names={})),
            models.CheckConstraint(name="surcharge_people_are_known", condition=Q(people__in=SurchargedPeople.values)),
            models.CheckConstraint(
                name="surcharge_amount_is_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount must be above 0."),
            ),
            models.CheckConstraint(
                name="surcharge_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]
        verbose_name = _("surcharge")
        verbose_name_plural = _("surcharges")

    def __str__(self) -> str:
        return in_language(self.names)


class SurchargedMember(TenantModel):
    """Somebody chosen to pay a surcharge."""

    surcharge = TenantForeignKey(Surcharge, on_delete=models.DB_CASCADE, related_name="chosen")
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="surcharges")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "surcharge", "member", name="member_is_surcharged_once"),
        ]
        indexes = [models.Index("organisation", "member", name="surcharges_of_a_member")]

    def __str__(self) -> str:
        return f"{self.surcharge_id}: {self.member_id}"


class MemberFee(TenantModel):
    """What was agreed with one member: the columns contribution_… of `members` in document 002.

    Without an amount it is that of the fee table, without a frequency the table's. It counts for periods that begin on
    `start_date` or later, and for who joins later. The database keeps each change in `MemberFeeChange`.

    Triggers: fee_is_changed (dues/sql/note_fee_changes.sql); fee_is_made (dues/sql/note_fee_changes.sql).
    """

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="fees")
    amount = models.DecimalField(
        _("amount"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    frequency = models.CharField(_("frequency"), max_length=9, choices=PeriodKind, blank=True)
    start_date = models.DateField(_("from"), null=True, blank=True, validators=_DAYS)
    is_exempt = models.BooleanField(_("pays nothing"), default=False)
    # Why it is another amount, or none.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "member", name="member_fee_is_one_per_member"),
            models.CheckConstraint(name="member_fee_is_not_negative", condition=Q(amount=None) | Q(amount__gte=0)),
            models.CheckConstraint(
                name="member_fee_frequency_is_known", condition=Q(frequency__in=["", *PeriodKind.values])
            ),
            models.CheckConstraint(
                name="member_fee_has_a_reason",
                condition=Q(amount=None, is_exempt=False) | ~Q(reason=""),
                violation_error_message=_("Say why this member pays another amount, or nothing."),
            ),
        ]
        verbose_name = _("individual contribution")
        verbose_name_plural = _("individual contributions")

    def __str__(self) -> str:
        return str(self.member_id)


class MemberFeeChange(TenantModel):
    """One change of a `MemberFee`: `member_contribution_histories` of document 002. Written by its trigger only; never
    changed nor removed, but with the member.

    Triggers: fee_changes_stay (dues/sql/fee_changes_stay.sql).
    """

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="fee_changes")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    old_amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    old_frequency = models.CharField(max_length=9, choices=PeriodKind, blank=True)
    old_start_date = models.DateField(null=True)
    old_is_exempt = models.BooleanField(default=False)
    old_reason = models.CharField(max_length=300, blank=True)
    old_note = models.TextField(max_length=2000, blank=True)
    new_amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    new_frequency = models.CharField(max_length=9, choices=PeriodKind, blank=True)
    new_start_date = models.DateField(null=True)
    new_is_exempt = models.BooleanField(default=False)
    new_reason = models.CharField(max_length=300, blank=True)
    new_note = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index("organisation", "member", F("id").desc(), name="fee_changes_of_a_member")]
        verbose_name = _("change of a contribution")
        verbose_name_plural = _("changes of contributions")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.pk}"
