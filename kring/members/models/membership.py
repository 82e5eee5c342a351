"""What somebody is a member as, since when, and in which state: as periods, so that any day can be asked about."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.members.models.member import Member


class MembershipTypeQuerySet(TenantQuerySet):
    def in_use(self) -> MembershipTypeQuerySet:
        return self.filter(retired_at=None)


class MembershipType(TenantModel):
    """Youth, adult, supporter … What it costs is not its business.

    Triggers: type_takes_applications (members/sql/note_applications.sql).
    """

    class NoticeUntil(models.TextChoices):
        ANY_DAY = "day", _("on any day")
        MONTH = "month", _("at the end of a month")
        QUARTER = "quarter", _("at the end of a quarter")
        YEAR = "year", _("at the end of a year")

    name = NameColumn(_("name"), max_length=100)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    # Notice is given so many months before, and a membership then ends on a day of this kind.
    notice_months = models.PositiveSmallIntegerField(
        _("months of notice"), default=0, validators=[MaxValueValidator(12)]
    )
    notice_until = models.CharField(_("ends"), max_length=7, choices=NoticeUntil, default=NoticeUntil.ANY_DAY)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(MembershipTypeQuerySet)()

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="membership_type_name_is_unique",
                violation_error_message=_("There is already a membership type with this name."),
            )
        ]
        verbose_name = _("membership type")
        verbose_name_plural = _("membership types")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(TenantQuerySet):
    def on(self, day: object) -> MembershipQuerySet:
        return self.filter(during__contains=day)


class Membership(TenantModel):
    """Of this type in this period: first day included, last day excluded, as PostgreSQL has it.

    Without an end it goes on; without a beginning nobody knows since when.
    """

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="memberships")
    type = TenantForeignKey(
        MembershipType, on_delete=models.DO_NOTHING, related_name="memberships", verbose_name=_("membership type")
    )
    during = DateRangeField(_("period"))

    objects = TenantManager.from_queryset(MembershipQuerySet)()

    class Meta:
        ordering = ["during", "pk"]
        constraints = [
            ExclusionConstraint(
                name="memberships_do_not_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("In this period there is another membership already."),
            ),
            models.CheckConstraint(name="membership_has_a_day", condition=Q(during__isempty=False)),
        ]
        indexes = [models.Index("organisation", "type", name="memberships_of_a_type")]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.type} {self.during}"


class StatusPeriod(TenantModel):
    """In this state in this period, and why; the one without an end is the present state (`Member.state`)."""

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="status_periods")
    state = models.CharField(_("status"), max_length=9, choices=Member.State)
    during = DateRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-during", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="member_has_one_status_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="status_period_has_a_day", condition=Q(during__isempty=False)),
        ]
        verbose_name = _("status")
        verbose_name_plural = _("statuses")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.during}"


class PlannedStatus(TenantModel):
    """A change of state on a day to come: an exit after notice, an entry, the end of a suspension."""

    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="planned_statuses")
    state = models.CharField(_("status"), max_length=9, choices=Member.State)
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # An exit that the member, or a guardian, gave notice of: they may withdraw it.
    is_notice = models.BooleanField(default=False, db_default=False)
    planned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint("organisation", "member", "on", name="planned_status_is_one_per_day"),
        ]
        indexes = [models.Index("on", name="planned_statuses_by_day")]
        verbose_name = _("planned change of status")
        verbose_name_plural = _("planned changes of status")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.on}"

    @property
    def last_day(self) -> date:
        """Of the state before."""
        return self.on - timedelta(days=1)


STANDARD_AGE_BANDS = [0, 6, 12, 18, 27, 40, 55, 65]
STANDARD_JUBILEE_YEARS = [10, 25, 40, 50, 60, 70]


def changed_at_once() -> list[str]:
    """How to reach somebody; until the organisation says otherwise."""
    return ["call_name", "email", "other_email", "phone", "other_phone", "language", "answers"]


def changed_with_approval() -> list[str]:
    return [*("first_name", "initials", "name_prefix", "last_name", "gender", "birth_date"), "address", "bank_account"]


class RegisterSettings(TenantModel):
    """How this organisation keeps its members."""

    class Offered(models.TextChoices):
        NOBODY = "", _("no: nobody can ask")
        CONSENTING = "consenting", _("about members who consent to sharing their data")
        ALL = "all", _("about all members")

    # `#` stands for digits of the counter, as many as there are; `YYYY` for the year of entry.
    number_pattern = models.CharField(
        _("pattern of member numbers"),
        max_length=30,
        default="#",
        validators=[RegexValidator(r"^[^#]*#+[^#]*$", _("Put one # or more, together, where the digits belong."))],
    )
    next_number = models.PositiveBigIntegerField(_("next number"), default=1)
    # Parts of the data (members/terms.py) that a member may change in the portal: at once, and after approval.
    changed_at_once = ArrayField(models.CharField(max_length=30), default=changed_at_once, blank=True)
    changed_with_approval = ArrayField(models.CharField(max_length=30), default=changed_with_approval, blank=True)
    # Of the organisation's own questions, by name, where it is otherwise than of the others (`answers` above).
    answer_terms = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    # The ages with which the bands of the statistics begin, and the years of membership that are celebrated.
    age_bands = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(130)]),
        verbose_name=_("age bands begin with"),
        size=30,
        db_default=STANDARD_AGE_BANDS,
        blank=True,
    )
    jubilee_years = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(130)]),
        verbose_name=_("years of membership that are celebrated"),
        size=30,
        db_default=STANDARD_JUBILEE_YEARS,
        blank=True,
    )
    # Whether others may ask if somebody is a member: members/offering.py.
    offered_about = models.CharField(
        _("others may ask"), max_length=10, choices=Offered, default=Offered.NOBODY, db_default="", blank=True
    )
    # What the columns of files were chosen to be, by head: the next file starts with it.
    remembered_columns = models.JSONField(default=dict, editable=False)
    # What single values of columns mean, by column and value in small letters.
    remembered_values = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", name="register_settings_are_one_per_organisation")]
        verbose_name = _("settings of the register")
        verbose_name_plural = _("settings of the registers")

    def __str__(self) -> str:
        return self.number_pattern
