"""Entrances, and each reading of a code at one (K2–K4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models import Event
from kring.registrations.models import Ticket


class Location(TenantModel):
    """An entrance of an event, chosen once per device.

    Triggers: entrances_changed (checkin/sql/entrances_changed.sql).
    """

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="locations")
    name = NameColumn(_("name"), max_length=100)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "name",
                name="location_name_is_unique_in_its_event",
                violation_error_message=_("This event already has an entrance with this name."),
            )
        ]
        verbose_name = _("entrance")
        verbose_name_plural = _("entrances")

    def __str__(self) -> str:
        return self.name


class Scan(TenantModel):
    """One reading of a code at a door, whatever came of it (K4)."""

    class Result(models.TextChoices):
        VALID = "valid", _("let in")
        ALREADY_SCANNED = "already_scanned", _("already scanned")
        NOT_FOUND = "not_found", _("not found")
        WRONG_EVENT = "wrong_event", _("wrong event")
        NOT_PAID = "not_paid", _("not paid")
        CANCELLED = "cancelled", _("cancelled")
        # The code was good once: another person has the ticket, or it was changed for another one (R6).
        PASSED_ON = "passed_on", _("passed on")
        CHANGED = "changed", _("changed for another ticket")
        # Good, but a person has to look first; may be let in all the same (C4).
        OTHER_DAY = "other_day", _("another day")
        SHORT_CODE = "short_code", _("short code only")
        OVERDUE = "overdue", _("instalment overdue")
        UNDONE = "undone", _("check-in undone")

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="scans")
    ticket = TenantForeignKey(Ticket, on_delete=models.DB_CASCADE, null=True, related_name="scans")
    result = models.CharField(_("result"), max_length=16, choices=Result)
    # What was read, cut short and without the signature: enough to help at the desk, useless to forge.
    code = models.CharField(max_length=80, blank=True)
    location = TenantForeignKey(Location, on_delete=models.DB_SET_NULL, null=True, related_name="scans")
    location_name = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=64, blank=True)
    # Of one let in all the same: the results that spoke against it, with spaces between them.
    despite = models.CharField(max_length=40, blank=True, default="", db_default="")
    # Why a check-in was undone.
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")
    scanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index("organisation", "event", F("at").desc(), name="scans_newest_first"),
            models.Index("organisation", "ticket", name="scans_of_a_ticket"),
        ]
        verbose_name = _("scan")
        verbose_name_plural = _("scans")

    def __str__(self) -> str:
        return f"{self.result} {self.at:%F %T}"

    def get_despite_display(self) -> str:
        """What spoke against letting in, in words; nothing where nothing did."""
        return ", ".join(str(Scan.Result(each).label) for each in self.despite.split())
