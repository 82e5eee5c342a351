"""What is chosen inside an attraction: workshops, classes (E9)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models.attraction import Attraction
from kring.places.models import Pool


class SessionQuerySet(TenantQuerySet):
    def open_for_choosing(self, now: datetime | None = None) -> SessionQuerySet:
        now = now or timezone.now()
        return self.filter(Q(closes_at=None) | Q(closes_at__gt=now), starts_at__gt=now)


class Session(TenantModel):
    """A workshop with places and a time of its own; nobody is in two at once (registrations.sessions).

    Triggers: part_is_gone (events/sql/part_is_gone.sql); part_changed (events/sql/parts_changed.sql);
    bookings_move_along (registrations/sql/session_moves.sql).
    """

    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, related_name="sessions")
    name = NameColumn(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    room = NameColumn(_("place"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    closes_at = models.DateTimeField(
        _("may be chosen until"), null=True, blank=True, help_text=_("Left empty: until it starts.")
    )
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")

    # Kept by a trigger.
    updated_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(SessionQuerySet)()

    class Meta:
        ordering = ["starts_at", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "attraction",
                "name",
                "starts_at",
                name="session_name_is_unique_at_its_time",
                violation_error_message=_("There is already a session with this name at this time."),
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The session cannot end before it starts."),
            ),
        ]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return self.name

    @property
    def chosen_until(self) -> datetime:
        """The last moment to choose it or to leave it."""
        return min(self.closes_at, self.starts_at) if self.closes_at else self.starts_at

    @property
    def is_open_for_choosing(self) -> bool:
        return self.chosen_until > timezone.now()
