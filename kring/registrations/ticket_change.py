"""What became of codes that open no door any more."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel


class TicketChange(TenantModel):
    """A code that was given up, with the money that went with it (R6). Rows are made, and never changed.

    Triggers: ticket_changes_stay (registrations/sql/ticket_changes_stay.sql).
    """

    class Kind(models.TextChoices):
        PASSED_ON = "passed_on", _("passed on")
        CHANGED = "changed", _("changed for another ticket")
        CANCELLED = "cancelled", _("cancelled by the participant")

    ticket = TenantForeignKey("registrations.Ticket", on_delete=models.DB_CASCADE, related_name="changes")
    # Of its holder, as the code had it.
    holder_number = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    # The login that had the ticket.
    former = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # What the ticket cost, what the organisation keeps of it, and what is to be given back.
    price = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    fee = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    returned = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # Of two who give up the same code, one does.
            models.UniqueConstraint("organisation", "ticket", "holder_number", name="code_is_given_up_once"),
            models.CheckConstraint(
                name="ticket_change_kind_is_known", condition=Q(kind__in=["passed_on", "changed", "cancelled"])
            ),
            models.CheckConstraint(
                name="ticket_change_gives_back_no_more_than_it_cost",
                condition=Q(fee__gte=0, returned__gte=0, price__gte=F("fee") + F("returned")),
            ),
        ]
        indexes = [models.Index("organisation", "former", name="ticket_changes_of_a_login")]
        verbose_name = _("change of a ticket")
        verbose_name_plural = _("changes of tickets")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.get_kind_display()}"
