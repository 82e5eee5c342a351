"""What is sold, and how it is paid for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameColumn
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models.attraction import Attraction
from kring.events.models.event import Event
from kring.organisations import limits
from kring.places.models import Pool

PER_ORDER = limits.declare(
    limits.Limit(
        "tickets_per_order",
        limits.ORDERS,
        _("Tickets in one order"),
        _("Of all types together; a ticket type may allow fewer."),
        default=20,
    )
)
MOST_PER_ORDER = PER_ORDER.default
# For one ticket whose price the buyer chooses: more is a slip of the finger.
MOST_CHOSEN = Decimal(10_000)
_PER_ORDER = [MinValueValidator(1), MaxValueValidator(MOST_PER_ORDER)]


class TicketType(TenantModel):
    """What is sold for an attraction (D1). The price includes VAT, in the organisation's currency.

    Triggers: part_is_gone (events/sql/part_is_gone.sql); part_changed (events/sql/parts_changed.sql); renamed
    (events/sql/renamed.sql).
    """

    attraction = TenantForeignKey(
        Attraction, on_delete=models.DB_CASCADE, related_name="ticket_types", verbose_name=_("attraction")
    )
    name = NameColumn(_("name"), max_length=200)
    description = models.CharField(_("description"), max_length=300, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=8, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )
    # Buyers choose what they pay, from this on; `price` is what is suggested to them. None: the price is fixed.
    lowest_price = models.DecimalField(_("lowest price"), max_digits=8, decimal_places=2, null=True, blank=True)
    vat_rate = models.DecimalField(_("VAT, %"), max_digits=4, decimal_places=2, default=Decimal(0))
    # Why it bears none (`billing.taxes.ExemptionReason`); "": it bears `vat_rate`.
    vat_exemption = models.CharField(_("exempt from VAT"), max_length=20, blank=True, default="", db_default="")
    # From this day on it is these instead; what is ordered before keeps what it has.
    vat_changes_on = models.DateField(_("VAT changes on"), null=True, blank=True)
    next_vat_rate = models.DecimalField(_("VAT from then on, %"), max_digits=4, decimal_places=2, null=True, blank=True)
    next_vat_exemption = models.CharField(
        _("exempt from VAT from then on"), max_length=20, blank=True, default="", db_default=""
    )
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    # Nobody sees it without a code of a campaign that shows it.
    only_with_code = models.BooleanField(_("only with a code"), default=False, db_default=False)
    # Its own sale window, within that of the attraction: early birds. `offering` says what it means for a buyer.
    sold_from = models.DateTimeField(_("sold from"), null=True, blank=True)
    sold_until = models.DateTimeField(_("sold until"), null=True, blank=True)
    # Of one order that has any of this type; an invitation's places may be fewer.
    fewest_per_order = models.PositiveSmallIntegerField(
        _("at least per order"), default=1, db_default=1, validators=_PER_ORDER
    )
    most_per_order = models.PositiveSmallIntegerField(
        _("at most per order"), null=True, blank=True, validators=_PER_ORDER
    )
    # Both kept by triggers.
    updated_at = models.DateTimeField(null=True, editable=False)
    named_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "attraction",
                "name",
                name="ticket_type_name_is_unique_in_its_attraction",
                violation_error_message=_("This attraction already has a ticket type with this name."),
            ),
            models.CheckConstraint(name="ticket_type_price_is_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(
                name="ticket_type_vat_changes_to_a_rate",
                condition=Q(vat_changes_on=None, next_vat_rate=None, next_vat_exemption="")
                | Q(
                    vat_changes_on__isnull=False,
                    next_vat_rate__isnull=False,
                    next_vat_rate__gte=0,
                    next_vat_rate__lt=100,
                ),
                violation_error_message=_("Give both the day and the rate from then on."),
            ),
            models.CheckConstraint(
                name="ticket_type_suggests_what_may_be_chosen",
                condition=Q(lowest_price=None)
                | Q(lowest_price__gte=0, price__gt=0, price__gte=F("lowest_price"), price__lte=MOST_CHOSEN),
                violation_error_message=_("Suggest a price above 0, and not below the lowest one."),
            ),
            models.CheckConstraint(
                name="ticket_type_is_sold_from_before_until",
                condition=Q(sold_from=None) | Q(sold_until=None) | Q(sold_until__gt=F("sold_from")),
                violation_error_message=_("The sale cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="ticket_type_numbers_per_order_fit",
                condition=Q(fewest_per_order__gte=1, fewest_per_order__lte=MOST_PER_ORDER)
                & (
                    Q(most_per_order=None)
                    | Q(most_per_order__gte=F("fewest_per_order"), most_per_order__lte=MOST_PER_ORDER)
                ),
                violation_error_message=_("The largest number per order cannot be below the smallest."),
            ),
        ]
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")

    def __str__(self) -> str:
        return self.name

    @property
    def lets_choose(self) -> bool:
        """The buyer chooses the price."""
        return self.lowest_price is not None

    def is_sold_at(self, moment: datetime) -> bool:
        """By its own switch and window; whether the registration is open is another question (`offering`)."""
        has_begun = self.sold_from is None or self.sold_from <= moment
        return self.is_on_sale and has_begun and (self.sold_until is None or moment < self.sold_until)

    @property
    def per_order(self) -> str:
        """How many one order may have, in words; empty where that is not limited."""
        fewest, most = self.fewest_per_order, self.most_per_order
        if most is None:
            return gettext("at least %(number)s per order") % {"number": fewest} if fewest > 1 else ""
        if fewest == 1:
            return gettext("at most %(number)s per order") % {"number": most}
        if fewest == most:
            return gettext("%(number)s per order") % {"number": most}
        return gettext("%(fewest)s to %(most)s per order") % {"fewest": fewest, "most": most}


class PaymentOption(TenantModel):
    """A payment method that an event offers, with the method's own settings (P1)."""

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, related_name="payment_options")
    method = models.CharField(_("method"), max_length=30)
    settings = EncryptedJSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "event",
                "method",
                name="payment_option_is_offered_once",
                violation_error_message=_("This event already offers this method."),
            )
        ]
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")

    def __str__(self) -> str:
        return self.method
