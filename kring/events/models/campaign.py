"""Campaigns: codes that open a price rule, or show a ticket type (D2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models.event import Event
from kring.events.models.offer import TicketType
from kring.places.models import Pool

# Of a code: letters and digits, as `pricing.codes.canonical` leaves them.
SHORTEST, LONGEST = 3, 40
_AT_LEAST_ONE = [MinValueValidator(1)]


class Campaign(TenantModel):
    """Codes of one event: what they open, when, and how often. A limit that is None: there is none.

    Price rules with the condition `code` name it in their settings.

    Triggers: campaigns_noted (events/sql/note_campaigns.sql).
    """

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="campaigns")
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("in use"), default=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    # The capacity of the pool of each code.
    tickets_per_code = models.PositiveIntegerField(
        _("tickets with each code"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    tickets_per_order = models.PositiveIntegerField(
        _("tickets of one order"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    tickets_per_person = models.PositiveIntegerField(
        _("tickets of one person"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    # How many cents its codes may take off; without a limit too they are counted.
    money = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")
    # Keys of the types it shows, of those that only a code shows; one that is gone may stay.
    ticket_types = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "name",
                name="campaign_name_is_unique_in_its_event",
                violation_error_message=_("This event has a campaign with this name already."),
            ),
            models.UniqueConstraint("organisation", "money", name="campaign_has_its_own_money"),
            models.CheckConstraint(
                name="campaign_is_valid_from_before_until",
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("It cannot end before it begins."),
            ),
            *(
                models.CheckConstraint(
                    name=f"campaign_{name}_are_for_something", condition=Q((name, None)) | Q((f"{name}__gte", 1))
                )
                for name in ("tickets_per_code", "tickets_per_order", "tickets_per_person")
            ),
        ]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.name

    @property
    def most_money(self) -> Decimal | None:
        """Needs `money`; None: no limit."""
        return None if self.money.capacity is None else Decimal(self.money.capacity) / 100

    @property
    def is_over(self) -> bool:
        return self.valid_until is not None and self.valid_until <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        return self.valid_from is not None and self.valid_from > timezone.now()

    def is_valid_at(self, moment: datetime) -> bool:
        has_begun = self.valid_from is None or self.valid_from <= moment
        return self.is_active and has_begun and (self.valid_until is None or moment < self.valid_until)

    def shows(self, ticket_type: TicketType) -> bool:
        """One that nobody sees without a code."""
        return ticket_type.only_with_code and ticket_type.pk in self.ticket_types


class CampaignCode(TenantModel):
    """One code. `text`: as it is compared; the same is never that of two campaigns of an event.

    `pool`: one place for each ticket that has it, taken and given back with the ticket's own.
    """

    campaign = TenantForeignKey(Campaign, on_delete=models.DB_CASCADE, related_name="codes")
    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="+")
    text = models.CharField(_("code"), max_length=LONGEST)
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")
    # One of many, each for somebody else: not for the next edition of the event.
    is_generated = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "text",
                name="code_is_of_one_campaign_of_its_event",
                violation_error_message=_("This event has this code already."),
            ),
            models.UniqueConstraint("organisation", "pool", name="code_has_its_own_pool"),
            models.CheckConstraint(
                name="code_is_letters_and_digits",
                condition=Q(text__regex=rf"^[A-Z0-9]{{{SHORTEST},{LONGEST}}}$"),
                violation_error_message=_("Use letters from A to Z and digits."),
            ),
        ]
        indexes = [models.Index("organisation", "campaign", name="codes_of_a_campaign")]
        verbose_name = _("code")
        verbose_name_plural = _("codes")

    def __str__(self) -> str:
        return self.text
