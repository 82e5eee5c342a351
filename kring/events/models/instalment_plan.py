"""How an attraction may be paid in parts (R8)."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models.attraction import Attraction
from kring.events.models.event import Event
from kring.organisations.current import current_organisation

MOST_PARTS, MOST_DAYS = 6, 730


class PlannedInstalment(TenantModel):
    """A part of what is left after the deposit (`Attraction.deposit`). All parts of an attraction are 100 per cent."""

    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, related_name="planned_instalments")
    position = models.PositiveSmallIntegerField()
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2)
    # One of both.
    due_on = models.DateField(_("due on"), null=True, blank=True)
    days_before = models.PositiveSmallIntegerField(
        _("days before the event"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_DAYS)],
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("organisation", "attraction", "position", name="planned_instalment_has_position"),
            models.CheckConstraint(
                name="planned_instalment_is_a_share", condition=Q(percent__gt=0) & Q(percent__lte=100)
            ),
            models.CheckConstraint(
                name="planned_instalment_has_one_date",
                condition=Q(due_on=None, days_before__isnull=False) | Q(due_on__isnull=False, days_before=None),
            ),
            models.CheckConstraint(
                name="planned_instalment_days_are_few", condition=Q(days_before=None) | Q(days_before__lte=MOST_DAYS)
            ),
        ]
        verbose_name = _("planned instalment")
        verbose_name_plural = _("planned instalments")

    def __str__(self) -> str:
        return f"{self.position}"

    def day(self, event: Event) -> date:
        return day_of(event, self.due_on, self.days_before)


def day_of(event: Event, due_on: date | None, days_before: int | None) -> date:
    """In the organisation's time zone."""
    begins = timezone.localdate(event.starts_at, current_organisation().zone)
    return due_on or begins - timedelta(days=days_before or 0)
