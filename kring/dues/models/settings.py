"""How this organisation asks for what members owe."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantModel


class DuesSettings(TenantModel):
    """One row, or none: then as its defaults are."""

    class Grouping(models.TextChoices):
        PAYER = "payer", _("one for all that somebody pays for")
        MEMBER = "member", _("one for each member")

    grouping = models.CharField(
        _("bills"), max_length=6, choices=Grouping, default=Grouping.PAYER, db_default=Grouping.PAYER
    )
    days_until_due = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, db_default=30, validators=[MaxValueValidator(365)]
    )
    # Equal parts, a month or more apart, the first on the day it is due; 1: all at once only.
    instalments = models.PositiveSmallIntegerField(
        _("instalments at most"),
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    months_between = models.PositiveSmallIntegerField(
        _("months between instalments"),
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(6)],
    )
    smallest_instalment = models.DecimalField(
        _("no instalment below"),
        max_digits=10,
        decimal_places=2,
        default=Decimal(10),
        db_default=Decimal(10),
        validators=[MinValueValidator(Decimal("0.01"))],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", name="dues_settings_are_one_per_organisation"),
            models.CheckConstraint(name="dues_grouping_is_known", condition=Q(grouping__in=["payer", "member"])),
            models.CheckConstraint(
                name="dues_are_paid_in_1_to_12", condition=Q(instalments__gte=1, instalments__lte=12)
            ),
            models.CheckConstraint(
                name="dues_instalments_are_months_apart", condition=Q(months_between__gte=1, months_between__lte=6)
            ),
            models.CheckConstraint(
                name="dues_instalment_is_something", condition=Q(smallest_instalment__gt=Decimal(0))
            ),
        ]
        verbose_name = _("settings of contributions")
        verbose_name_plural = _("settings of contributions")

    def __str__(self) -> str:
        return self.get_grouping_display()


class DuesPaymentOption(TenantModel):
    """A payment method that is offered for contributions, with the method's own settings."""

    method = models.CharField(_("method"), max_length=30)
    settings = EncryptedJSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("organisation", "method", name="payment_option_of_dues_is_offered_once"),
        ]
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")

    def __str__(self) -> str:
        return self.method
