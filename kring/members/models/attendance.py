"""Who was there: a list for each meeting of a group."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.members.models.groups import Group
from kring.members.models.member import Member


class Meeting(TenantModel):
    """A training, a match, an evening of the patrol: a day on which a group meets."""

    group = TenantForeignKey(Group, on_delete=models.DB_CASCADE, related_name="meetings", verbose_name=_("group"))
    on = models.DateField(_("day"))
    title = NameColumn(_("title"), max_length=100, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index("organisation", "group", F("on").desc(), name="meetings_of_a_group")]
        verbose_name = pgettext_lazy("of a group", "meeting")
        verbose_name_plural = pgettext_lazy("of a group", "meetings")

    def __str__(self) -> str:
        return self.title or f"{self.on:%Y-%m-%d}"


class Attendance(TenantModel):
    """What was noted of one member at one meeting; no row: nothing."""

    class Mark(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "present")
        EXCUSED = "excused", pgettext_lazy("attendance", "excused")
        ABSENT = "absent", pgettext_lazy("attendance", "absent")

    meeting = TenantForeignKey(Meeting, on_delete=models.DB_CASCADE, related_name="attendances")
    member = TenantForeignKey(Member, on_delete=models.DB_CASCADE, related_name="attendances")
    mark = models.CharField(pgettext_lazy("attendance", "attendance"), max_length=7, choices=Mark)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "meeting", "member", name="attendance_is_noted_once_for_each_member"
            ),
            models.CheckConstraint(
                name="attendance_mark_is_known", condition=Q(mark__in=["present", "excused", "absent"])
            ),
        ]
        indexes = [models.Index("organisation", "member", name="attendances_of_a_member")]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.member_id} {self.mark}"
