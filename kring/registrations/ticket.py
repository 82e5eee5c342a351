"""Tickets (K1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class TicketQuerySet(TenantQuerySet):
    def with_what_a_page_shows(self) -> TicketQuerySet:
        return self.select_related("registration__event", "registration__attraction", "registration__ticket_type")


class Ticket(TenantModel):
    """The right to enter (K1). The code is derived, signed, and stored nowhere: registrations/tickets.py.

    Triggers: ticket_is_changed (registrations/sql/ticket_changed.sql); ticket_is_gone
    (registrations/sql/ticket_gone.sql); tickets_are_made (registrations/sql/tickets_made.sql).
    """

    class Bar(models.TextChoices):
        # Paid in the test mode of a provider.
        TEST = "test", _("test ticket: nothing was paid")
        # The payer's bank took the money back, or wants to.
        DISPUTE = "dispute", _("the payment is disputed")
        # A part that was to be paid by a date has not come in.
        OVERDUE = "overdue", _("a part of the price is overdue")

    registration = TenantForeignKey("registrations.Registration", on_delete=models.DB_CASCADE, related_name="tickets")
    # The attendee's number when it was issued: part of the signed code. Another attendee gets another ticket.
    holder_number = models.BigIntegerField()
    issued_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(null=True)
    admitted_where = models.CharField(max_length=100, blank=True)
    # Why the door turns it away although it is paid, or seemed to be: registrations/barring.py.
    bars = ArrayField(models.CharField(max_length=10, choices=Bar), default=list, db_default=[], editable=False)

    objects = TenantManager.from_queryset(TicketQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "registration", name="ticket_is_one_per_registration")]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return f"#{self.pk}"
