"""Partners, and how many tickets each may give away (D3)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core import addresses, codes
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models import Event, TicketType
from kring.places.models import Hold, Pool

MOST = 1000


class Partner(TenantModel):
    """Such as an exhibitor or a sponsor. `secret`: of their own page, which needs no account."""

    name = NameColumn(_("name"), max_length=200)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown: **bold**, # heading, - list."))
    logo = models.ImageField(_("logo"), upload_to="partners/", blank=True)
    # All of the contact may be emptied: it is about a person.
    contact_name = NameColumn(_("contact"), max_length=200, blank=True)
    contact_email = addresses.EmailField(
        _("email"), max_length=254, blank=True, help_text=_("The address that gets the link and the notices.")
    )
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="partner_name_is_unique",
                violation_error_message=_("There is a partner with this name already."),
            ),
            models.UniqueConstraint("organisation", "secret", name="partner_secret_is_unique"),
        ]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.name


class PartnerQuotaQuerySet(TenantQuerySet):
    def to_come_free(self) -> PartnerQuotaQuerySet:
        """Those whose unused tickets are due to come free."""
        return self.filter(free_from__lte=timezone.now(), released_at=None)

    def with_what_a_page_shows(self) -> PartnerQuotaQuerySet:
        return self.select_related("partner", "event", "ticket_type__attraction", "pool")


class PartnerQuota(TenantModel):
    """How many tickets of one type a partner may give away at an event.

    `pool` counts them: its capacity is the number, and the only claim of a partner's registration on a ticket's places
    is in it. `hold` has the same number of places of the event, the attraction and the type, whether the tickets are
    taken or not: so nobody else can take them. Once the unused ones have come free, both are as many as are taken.
    """

    partner = TenantForeignKey(Partner, on_delete=models.DO_NOTHING, related_name="quotas", verbose_name=_("partner"))
    event = TenantForeignKey(Event, on_delete=models.DO_NOTHING, related_name="partner_quotas")
    ticket_type = TenantForeignKey(
        TicketType, on_delete=models.DO_NOTHING, related_name="partner_quotas", verbose_name=_("ticket type")
    )
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, related_name="+")
    hold = TenantForeignKey(Hold, on_delete=models.DO_NOTHING, related_name="+")
    price = models.DecimalField(
        _("price"), max_digits=8, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )
    # When unused tickets come free for everybody; None: never.
    free_from = models.DateTimeField(_("unused tickets come free"), null=True, blank=True)
    released_at = models.DateTimeField(null=True, editable=False)
    # Of the link for those who may take a ticket.
    secret = models.CharField(max_length=32, default=codes.secret, editable=False)
    # When partner and staff were last notified that all are taken.
    full_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TenantManager.from_queryset(PartnerQuotaQuerySet)()

    class Meta:
        ordering = ["event__starts_at", "partner__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "partner",
                "ticket_type",
                name="partner_quota_is_one_per_ticket_type",
                violation_error_message=_("This partner has tickets of this type already: change their number."),
            ),
            models.UniqueConstraint("organisation", "secret", name="partner_quota_secret_is_unique"),
            models.UniqueConstraint("organisation", "pool", name="partner_quota_has_its_own_pool"),
            models.UniqueConstraint("organisation", "hold", name="partner_quota_has_its_own_places"),
            models.CheckConstraint(name="partner_quota_price_is_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(
                name="partner_quota_comes_free_from_its_date",
                condition=Q(released_at=None) | Q(free_from__isnull=False, released_at__gte=F("free_from")),
            ),
        ]
        indexes = [
            models.Index("organisation", "event", name="partner_quotas_of_an_event"),
            # Scanned each minute, in all organisations.
            models.Index("free_from", name="partner_quota_to_come_free", condition=Q(released_at=None)),
        ]
        verbose_name = _("tickets of a partner")
        verbose_name_plural = _("tickets of partners")

    def __str__(self) -> str:
        return f"{self.partner}: {self.ticket_type}"

    @property
    def is_released(self) -> bool:
        """By the clock, whether or not the worker has done it yet."""
        return self.released_at is not None or (self.free_from is not None and self.free_from <= timezone.now())

    @property
    def is_open(self) -> bool:
        """Whether tickets can still be taken, as far as there are any. Needs `event`."""
        return self.event.state in Event.ALIVE and not self.is_released and timezone.now() < self.event.ends_at

    @property
    def changeable_until(self) -> datetime:
        """Until when the partner may take tickets back and give them to others. Needs `event`."""
        until: datetime = self.event.data_changeable_until or self.event.starts_at
        return until if self.free_from is None else min(until, self.free_from)

    @property
    def is_changeable(self) -> bool:
        return self.event.state in Event.ALIVE and timezone.now() < self.changeable_until


class PartnerOrder(TenantModel):
    """An order of a partner's tickets: by the link, or given to a person by name."""

    quota = TenantForeignKey(PartnerQuota, on_delete=models.DB_CASCADE, related_name="orders")
    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="partner_orders")

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "order", name="order_is_of_one_partner")]
        indexes = [models.Index("organisation", "quota", name="orders_of_a_partner_quota")]
        verbose_name = _("order of a partner's tickets")
        verbose_name_plural = _("orders of partners' tickets")

    def __str__(self) -> str:
        return str(self.order)
