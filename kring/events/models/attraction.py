"""The parts of an event, or the groups of an enrolment period."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models.event import Event
from kring.forms.models import Form, Submission
from kring.members import groups
from kring.members.models import Group, Season
from kring.places.models import Pool

# The people of a team stay readable on one page.
LARGEST_TEAM = 100
_OF_A_TEAM = [MinValueValidator(1), MaxValueValidator(LARGEST_TEAM)]


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


@groups.used_in
def _leads_into(thing: Group | Season) -> bool:
    into = {"group": thing} if isinstance(thing, Group) else {"season": thing}
    return Attraction.objects.filter(**into).exists()


class AttractionQuerySet(TenantQuerySet):
    def with_what_a_page_shows(self) -> AttractionQuerySet:
        return self.select_related("pool", "event__pool").prefetch_related("ticket_types__pool")


class Attraction(TenantModel):
    """The part of an event that people register for; in an enrolment period a group (E3).

    Triggers: part_is_gone (events/sql/part_is_gone.sql); part_changed (events/sql/parts_changed.sql); renamed
    (events/sql/renamed.sql).
    """

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="attractions", verbose_name=_("event"))
    name = NameColumn(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")
    days_to_pay = models.PositiveSmallIntegerField(
        _("days to pay"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How long a place is reserved for anyone who pays by a slow method, such as a transfer."),
    )
    # It may be paid in instalments (R8), with so much of each ticket, or so much per cent, first; None: at once only.
    deposit = models.DecimalField(_("deposit"), max_digits=8, decimal_places=2, null=True, blank=True)
    deposit_is_percent = models.BooleanField(default=False, db_default=False)
    # Asked of all its attendees, after the basic data (F1).
    form = TenantForeignKey(
        Form, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="attractions", verbose_name=_("form")
    )
    submission = TenantForeignKey(Submission, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+")
    # Of a group in an enrolment period (E7).
    youngest = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    leader_name = NameColumn(_("leader"), max_length=200, blank=True, db_default="")
    leader_email = addresses.EmailField(_("leader's email"), max_length=254, blank=True, db_default="")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    meets_at = models.TimeField(_("time"), null=True, blank=True)
    # Of the register: whoever is enrolled is put into it, in this season or for as long as it lasts (M7).
    group = TenantForeignKey(
        Group, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("leads into group")
    )
    season = TenantForeignKey(
        Season, on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in season")
    )
    fewest_sessions = models.PositiveSmallIntegerField(
        _("sessions to choose"),
        default=0,
        db_default=0,
        help_text=_("How many of its sessions must be chosen, at least, before the registration is complete."),
    )
    # Own window and grace; None: the event's.
    grace_days = models.PositiveSmallIntegerField(
        _("grace period (days)"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    # People register as teams of so many (R8); both None: everybody for themselves.
    smallest_team = models.PositiveSmallIntegerField(
        _("fewest people per team"), null=True, blank=True, validators=_OF_A_TEAM
    )
    largest_team = models.PositiveSmallIntegerField(
        _("most people per team"), null=True, blank=True, validators=_OF_A_TEAM
    )
    # None: as the event lets data be changed.
    team_changes_until = models.DateTimeField(_("teams may change until"), null=True, blank=True)
    # It has a waiting list when it is full (W1); the waiting list of the event has the settings.
    has_waiting_list = models.BooleanField(_("waiting list"), default=False, db_default=False)
    # Somebody waits: its free places are for them, and for nobody else (W3). Kept by a trigger of `waiting`.
    is_kept = models.BooleanField(default=False, db_default=False, editable=False)

    # Both kept by triggers.
    updated_at = models.DateTimeField(null=True, editable=False)
    named_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(AttractionQuerySet)()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "name",
                name="attraction_name_is_unique_in_its_event",
                violation_error_message=_("This event already has an attraction with this name."),
            ),
            models.CheckConstraint(
                name="attraction_registration_closes_after_it_opens",
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gte=F("registration_opens_at")),
                violation_error_message=_("Registration cannot close before it opens."),
            ),
            models.CheckConstraint(
                name="attraction_oldest_is_not_below_youngest",
                condition=Q(youngest=None) | Q(oldest=None) | Q(oldest__gte=F("youngest")),
                violation_error_message=_("The maximum age cannot be below the minimum."),
            ),
            models.CheckConstraint(
                name="attraction_deposit_is_above_zero", condition=Q(deposit=None) | Q(deposit__gt=0)
            ),
            models.CheckConstraint(
                name="attraction_deposit_is_not_all",
                condition=Q(deposit=None) | Q(deposit_is_percent=False) | Q(deposit__lt=100),
            ),
            models.CheckConstraint(
                name="attraction_for_teams_has_no_waiting_list",
                condition=Q(largest_team=None) | Q(has_waiting_list=False),
                violation_error_message=_("An attraction for teams has no waiting list."),
            ),
            models.CheckConstraint(
                name="attraction_numbers_of_teams_fit",
                condition=Q(smallest_team=None, largest_team=None)
                | Q(
                    smallest_team__isnull=False,
                    largest_team__isnull=False,
                    smallest_team__gte=1,
                    largest_team__gte=F("smallest_team"),
                    largest_team__lte=LARGEST_TEAM,
                ),
                violation_error_message=_(
                    "For teams both numbers are needed, and the largest is not below the smallest."
                ),
            ),
        ]
        indexes = [
            # Checked by every claim of a place: few rows, mostly none.
            models.Index("organisation", "pool", name="attractions_kept_by_pool", condition=Q(is_kept=True)),
            models.Index("organisation", "event", name="attractions_kept_by_event", condition=Q(is_kept=True)),
            models.Index("organisation", "group", name="attractions_into_a_group", condition=Q(group__isnull=False)),
        ]
        verbose_name = _("attraction")
        verbose_name_plural = _("attractions")

    def __str__(self) -> str:
        return self.name

    @property
    def ages(self) -> str:
        """`7–10 years`; "" for all ages."""
        facts = {"youngest": self.youngest, "oldest": self.oldest}
        if self.youngest is not None and self.oldest is not None:
            return gettext("%(youngest)s–%(oldest)s years") % facts
        if self.youngest is not None:
            return gettext("aged %(youngest)s or over") % facts
        return gettext("aged %(oldest)s or under") % facts if self.oldest is not None else ""

    @property
    def is_for_teams(self) -> bool:
        return self.largest_team is not None

    @property
    def team_size(self) -> str:
        """`Teams of 5 to 20 people`; "" where it is not for teams."""
        fewest, most = self.smallest_team, self.largest_team
        if fewest is None or most is None:
            return ""
        if fewest == most:
            return ngettext("Teams of %(most)s person", "Teams of %(most)s people", most) % {"most": most}
        return gettext("Teams of %(fewest)s to %(most)s people") % {"fewest": fewest, "most": most}

    @property
    def meets(self) -> str:
        """`Tuesday, 18:30`; "" where it has no weekday."""
        if self.weekday is None:
            return ""
        day = str(Weekday(self.weekday).label)
        return f"{day}, {self.meets_at:%H:%M}" if self.meets_at else day

    @property
    def opens_at(self) -> datetime | None:
        return self.registration_opens_at or self.event.registration_opens_at

    @property
    def closes_at(self) -> datetime:
        """The attraction's own end, else the event's, else the start of the event."""
        return self.registration_closes_at or self.event.registration_closes_at or self.event.starts_at
