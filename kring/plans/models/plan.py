"""What organisations can subscribe to (B1)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from kring.core import money
from kring.core.languages import in_language
from kring.core.names import NameColumn


class Plan(models.Model):
    """Global: of the platform. One that somebody has, or had, keeps its price: it is retired, and another one made.

    A limit that is null is none.
    """

    class Interval(models.TextChoices):
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    name = NameColumn(_("name"), max_length=100)
    # By language.
    descriptions = models.JSONField(default=dict, blank=True)
    stripe_price_id = models.CharField(_("price at Stripe"), max_length=255, unique=True)
    interval = models.CharField(_("interval"), max_length=5, choices=Interval, default=Interval.MONTH)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    trial_days = models.PositiveSmallIntegerField(_("days of trial"), default=0, validators=[MaxValueValidator(730)])
    most_members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    most_events = models.PositiveIntegerField(_("events that are not over"), null=True, blank=True)
    most_staff = models.PositiveIntegerField(_("people with a role"), null=True, blank=True)
    most_storage_mb = models.PositiveIntegerField(_("storage in MB"), null=True, blank=True)
    is_active = models.BooleanField(pgettext_lazy("plan", "offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="plan_price_is_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="plan_interval_is_known", condition=Q(interval__in=["month", "year"])),
            models.CheckConstraint(name="plan_has_a_price_at_stripe", condition=~Q(stripe_price_id="")),
        ]
        ordering = ["position", "price", "pk"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.name

    @property
    def description(self) -> str:
        """In the active language."""
        return in_language(self.descriptions)

    @property
    def price_in_words(self) -> str:
        """Such as "€12.50 a month", in the active language."""
        facts = {"price": money.say(self.price, self.currency)}
        words = _("%(price)s a month") if self.interval == self.Interval.MONTH else _("%(price)s a year")
        return str(words) % facts

    @property
    def limits(self) -> list[str]:
        """Those there are, in words."""
        given = {what: getattr(self, f"most_{what}") for what in LIMITS}
        return [amount_in_words(what, most) for what, most in given.items() if most is not None]


# By the column without "most_".
LIMITS = {
    "members": ngettext_lazy("%(number)s member", "%(number)s members", "number"),
    "events": ngettext_lazy("%(number)s event that is not over", "%(number)s events that are not over", "number"),
    "staff": ngettext_lazy("%(number)s person with a role", "%(number)s people with a role", "number"),
    "storage_mb": ngettext_lazy("%(number)s MB of files", "%(number)s MB of files", "number"),
}


def amount_in_words(what: str, number: int) -> str:
    return str(LIMITS[what] % {"number": number})
