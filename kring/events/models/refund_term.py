"""What goes back of a ticket that is cancelled, by when (R6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models.event import Event
from kring.events.models.offer import TicketType

MOST_TERMS, MOST_DAYS = 6, 730
ALL, CENT = Decimal(100), Decimal("0.01")


class RefundTermQuerySet(TenantQuerySet):
    def of_event(self, event: Event) -> RefundTermQuerySet:
        """Its own and those of its ticket types."""
        return self.filter(Q(event=event) | Q(ticket_type__attraction__event=event))


class RefundTerm(TenantModel):
    """Cancelled before a moment, so much per cent of its price goes back, or all of it but a fee; after the last term
    nothing. Those of a ticket type replace the event's for it; an event without any gives everything back."""

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="refund_terms")
    ticket_type = TenantForeignKey(
        TicketType, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="refund_terms"
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    # At the time of day at which the event begins; 0: until it begins.
    days_before = models.PositiveSmallIntegerField(
        _("days before the event"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_DAYS)],
    )
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2, null=True, blank=True)
    # Kept of each ticket, in the organisation's currency.
    fee = models.DecimalField(_("fee for each ticket"), max_digits=8, decimal_places=2, null=True, blank=True)

    objects = TenantManager.from_queryset(RefundTermQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="refund_term_is_of_an_event_or_a_ticket_type",
                condition=Q(event=None, ticket_type__isnull=False) | Q(event__isnull=False, ticket_type=None),
            ),
            models.CheckConstraint(
                name="refund_term_has_one_end",
                condition=Q(until=None, days_before__isnull=False) | Q(until__isnull=False, days_before=None),
            ),
            models.CheckConstraint(
                name="refund_term_days_are_few", condition=Q(days_before=None) | Q(days_before__lte=MOST_DAYS)
            ),
            models.CheckConstraint(
                name="refund_term_is_a_share_or_a_fee",
                condition=Q(percent__isnull=False, percent__gte=0, percent__lte=100, fee=None)
                | Q(fee__isnull=False, fee__gte=0, percent=None),
            ),
            *(
                models.UniqueConstraint(
                    "organisation", owner, end, name=f"refund_term_{short}_is_unique_in_its_{owner}"
                )
                for owner in ("event", "ticket_type")
                for end, short in (("until", "end"), ("days_before", "day"))
            ),
        ]
        verbose_name = _("refund term")
        verbose_name_plural = _("refund terms")

    def __str__(self) -> str:
        end = self.until or f"{self.days_before} days before"
        return f"{end}: {f'{self.percent}%' if self.percent is not None else f'-{self.fee}'}"

    @property
    def gives_all(self) -> bool:
        return self.percent == ALL or self.fee == 0

    def ends_at(self, starts_at: datetime, zone: ZoneInfo) -> datetime:
        """Of an event that begins then, in the organisation's zone."""
        return self.until or starts_at.astimezone(zone) - timedelta(days=self.days_before or 0)

    def fee_of(self, amount: Decimal) -> Decimal:
        """What is kept of a ticket of this price; a share is rounded half up."""
        if self.percent is None:
            return min(self.fee or Decimal(0), amount)
        return (amount * (ALL - self.percent) / ALL).quantize(CENT, ROUND_HALF_UP)
