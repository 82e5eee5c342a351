"""What a member owes for a period (C2)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.billing.models import AppliedRule, Order, OrderLine
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.dues.models.payer import Payer
from kring.dues.models.run import ContributionRun
from kring.members.models import Member, MembershipType

# Of the order's line, and of its fulfilment.
KIND = "contribution"


def is_overdue() -> Q:
    """Of a bill in instalments: one of these is."""
    today = timezone.localdate()
    in_parts = Order.objects.filter(is_in_instalments=True)
    # Two short lists instead of a join with the order of each.
    late, later = in_parts.filter(next_due_on__lt=today), in_parts.filter(next_due_on__gte=today)
    return Q(left__gt=0) & (Q(order__in=late) | Q(due_on__lt=today) & ~Q(order__in=later))


class ContributionQuerySet(TenantQuerySet):
    def owing(self) -> ContributionQuerySet:
        """Something is still to be paid."""
        return self.filter(left__gt=0)

    def overdue(self) -> ContributionQuerySet:
        return self.filter(is_overdue())

    def of_payer(self, payer: Payer | int) -> ContributionQuerySet:
        return self.filter(payer=payer)

    def standing(self) -> ContributionQuerySet:
        """Without those that were withdrawn."""
        return self.filter(withdrawn_at=None)


class Contribution(TenantModel):
    """One member, one period. What it costs is never changed: a correction is a row of its own, below zero too.

    `state`, `received`, `pending`, `refunded`, `left`, `failed_at` and `failure` follow the money of the order, which
    is shared out over its lines in their order; a line may cost less by now (a correction, a waiver). Amounts that are
    not above zero have no order.

    Triggers: contributions_made, contribution_changed (dues/sql/contributions_follow_the_money.sql).
    """

    class Kind(models.TextChoices):
        PERIOD = "period", pgettext_lazy("contribution", "contribution")
        ENTRY = "entry", _("entry fee")
        CORRECTION = "correction", _("correction")
        REMINDER_FEE = "reminder", _("reminder fee")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("contribution", "open")
        PENDING = "pending", pgettext_lazy("contribution", "in progress")
        PART_PAID = "part_paid", pgettext_lazy("contribution", "partly paid")
        PAID = "paid", pgettext_lazy("contribution", "paid")
        FAILED = "failed", pgettext_lazy("contribution", "failed")
        WAIVED = "waived", pgettext_lazy("contribution", "waived")
        REFUNDED = "refunded", pgettext_lazy("contribution", "refunded")
        WITHDRAWN = "withdrawn", pgettext_lazy("contribution", "withdrawn")

    member = TenantForeignKey(Member, on_delete=models.DO_NOTHING, related_name="contributions")
    type = TenantForeignKey(
        MembershipType, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("membership type")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERIOD)
    # Of an entry fee: the day of joining.
    during = DateRangeField(_("period"))
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    # The steps that made the amount of it, in their order (`AppliedRule`), as they were then.
    trace = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    payer = TenantForeignKey(Payer, on_delete=models.DO_NOTHING, related_name="contributions", verbose_name=_("payer"))
    order = TenantForeignKey(Order, on_delete=models.DO_NOTHING, null=True, related_name="contributions")
    line = TenantForeignKey(OrderLine, on_delete=models.DO_NOTHING, null=True, related_name="contributions")
    due_on = models.DateField(_("due on"))
    run = TenantForeignKey(ContributionRun, on_delete=models.DB_SET_NULL, null=True, related_name="contributions")
    corrects = TenantForeignKey("self", on_delete=models.DO_NOTHING, null=True, related_name="corrections")
    # Why it was corrected or waived.
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # It was made by mistake: the next run may make another one.
    withdrawn_at = models.DateTimeField(null=True)
    # By the trigger, from here on. What came in and stayed; what is under way; what was given back and is not owed.
    received = models.DecimalField(
        _("paid"), max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    pending = models.DecimalField(
        _("in progress"), max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    refunded = models.DecimalField(
        _("refunded"), max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    # What is still owed of it.
    left = models.DecimalField(
        _("open"), max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0), db_column="still_owed"
    )
    # The last payment failed, or was taken back; nothing has come since.
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True, db_default="")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    # When its payer was told of it, or it was decided that nobody is.
    announced_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(ContributionQuerySet)()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="contributions_do_not_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="period", withdrawn_at=None),
                violation_error_message=_("There is already a contribution of this member in this period."),
            ),
            models.UniqueConstraint(
                "organisation",
                "member",
                "during",
                name="entry_fee_is_one_per_joining",
                condition=Q(kind="entry", withdrawn_at=None),
            ),
            models.UniqueConstraint(
                "organisation", "line", name="contribution_has_its_line", condition=Q(line__isnull=False)
            ),
            models.CheckConstraint(name="contribution_has_a_day", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="contribution_kind_is_known", condition=Q(kind__in=["period", "entry", "correction", "reminder"])
            ),
            models.CheckConstraint(
                name="contribution_below_zero_is_a_correction", condition=Q(amount__gte=0) | Q(kind="correction")
            ),
            models.CheckConstraint(
                name="contribution_has_an_order_exactly_when_something_is_due",
                condition=Q(amount__gt=0, order__isnull=False, line__isnull=False)
                | Q(amount__lte=0, order=None, line=None),
            ),
            models.CheckConstraint(
                name="contribution_is_waived_exactly_when_dated",
                condition=Q(state="waived", waived_at__isnull=False) | (~Q(state="waived") & Q(waived_at=None)),
            ),
            models.CheckConstraint(
                name="contribution_is_waived_for_a_reason", condition=Q(waived_at=None) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="contribution_state_is_known",
                condition=Q(
                    state__in=[
                        *("open", "pending", "part_paid", "paid"),
                        *("failed", "waived", "refunded", "withdrawn"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="contribution_sums_are_not_negative",
                condition=Q(received__gte=0, pending__gte=0, refunded__gte=0, left__gte=0),
            ),
            models.CheckConstraint(
                name="contribution_that_is_owed_waits",
                condition=Q(left=Decimal(0)) | Q(state__in=["open", "pending", "part_paid", "failed"]),
            ),
            models.CheckConstraint(
                name="contribution_of_nothing_is_paid",
                condition=Q(amount__gt=0) | Q(state__in=["paid", "waived", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="contribution_trace_is_a_list",
                condition=Exact(Func("trace", function="jsonb_typeof", output_field=models.CharField()), "array"),
            ),
        ]
        indexes = [
            models.Index("organisation", F("created_at").desc(), F("id").desc(), name="contributions_newest_first"),
            models.Index("organisation", "member", name="contributions_of_a_member"),
            models.Index("organisation", "payer", name="contributions_of_a_payer"),
            models.Index("organisation", "order", name="contributions_of_an_order"),
            models.Index("organisation", "run", name="contributions_of_a_run"),
            models.Index("organisation", "due_on", name="contributions_owed", condition=Q(left__gt=0)),
        ]
        verbose_name = pgettext_lazy("dues", "contribution")
        verbose_name_plural = pgettext_lazy("dues", "contributions")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def applied(self) -> list[AppliedRule]:
        return [AppliedRule.read(each) for each in self.trace]

    @property
    def is_overdue(self) -> bool:
        return self.left > 0 and self.due_on < timezone.localdate()

    @property
    def is_waived(self) -> bool:
        return self.waived_at is not None
