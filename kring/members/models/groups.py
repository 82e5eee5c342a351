"""Groups and teams, one within another, and who is in them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class SeasonQuerySet(TenantQuerySet):
    def running(self) -> SeasonQuerySet:
        """Those that are not over, the coming ones too."""
        return self.filter(ends_on__gte=timezone.localdate())


class Season(TenantModel):
    name = NameColumn(_("name"), max_length=60)
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = TenantManager.from_queryset(SeasonQuerySet)()

    class Meta:
        ordering = ["-begins_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="season_name_is_unique",
                violation_error_message=_("There is already a season with this name."),
            ),
            models.CheckConstraint(
                name="season_ends_after_it_begins",
                condition=Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]
        verbose_name = _("season")
        verbose_name_plural = _("seasons")

    def __str__(self) -> str:
        return self.name

    @property
    def is_now(self) -> bool:
        return self.begins_on <= timezone.localdate() <= self.ends_on


class GroupQuerySet(TenantQuerySet):
    def in_use(self) -> GroupQuerySet:
        return self.filter(retired_at=None)


class Group(TenantModel):
    """A section, a team, a patrol. Groups lie within groups, as a tree.

    Triggers: group_is_in_no_circle (members/sql/group_is_in_no_circle.sql); group_is_touched (members/sql/touched.sql).
    """

    parent = TenantForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    name = NameColumn(_("name"), max_length=100)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    # No longer used; who was in it stays on record.
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager.from_queryset(GroupQuerySet)()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "name"],
                nulls_distinct=False,
                name="group_name_is_unique_in_its_parent",
                violation_error_message=_("There is already a group with this name here."),
            ),
            models.CheckConstraint(name="group_is_not_part_of_itself", condition=~Q(parent=F("id"))),
        ]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name


class GroupPlaceQuerySet(TenantQuerySet):
    def current(self) -> GroupPlaceQuerySet:
        """Those held today: nobody left, and no season that is over."""
        return self.filter(Q(season=None) | Q(season__ends_on__gte=timezone.localdate()), left_on=None)

    def on(self, day: date) -> GroupPlaceQuerySet:
        """Those held on that day, the last one included."""
        in_season = Q(season=None) | Q(season__begins_on__lte=day, season__ends_on__gte=day)
        return self.filter(in_season, Q(left_on=None) | Q(left_on__gte=day), joined_on__lte=day)

    def earlier(self) -> GroupPlaceQuerySet:
        return self.filter(Q(left_on__isnull=False) | Q(season__ends_on__lt=timezone.localdate()))


class GroupPlace(TenantModel):
    """A member in a group, in one season or for as long as it lasts."""

    class Part(models.TextChoices):
        PARTICIPANT = "participant", _("participant")
        LEADER = "leader", _("leader")

    group = TenantForeignKey(Group, on_delete=models.DB_CASCADE, related_name="places", verbose_name=_("group"))
    member = TenantForeignKey("members.Member", on_delete=models.DB_CASCADE, related_name="group_places")
    season = TenantForeignKey(
        Season, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="places", verbose_name=_("season")
    )
    part = models.CharField(_("as"), max_length=11, choices=Part, default=Part.PARTICIPANT)
    joined_on = models.DateField(_("since"), default=timezone.localdate)
    left_on = models.DateField(_("until"), null=True)

    objects = TenantManager.from_queryset(GroupPlaceQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "group", "member", "season"],
                nulls_distinct=False,
                name="group_place_is_held_once",
                condition=Q(left_on=None),
            ),
            models.CheckConstraint(
                name="group_place_ends_after_it_begins", condition=Q(left_on=None) | Q(left_on__gte=F("joined_on"))
            ),
        ]
        indexes = [models.Index("organisation", "member", name="group_places_of_a_member")]
        verbose_name = _("place in a group")
        verbose_name_plural = _("places in groups")

    def __str__(self) -> str:
        return f"{self.group_id}: {self.member_id}"
