"""Rules for prices (D2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.core.languages import in_language
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models.attraction import Attraction
from kring.events.models.event import Event
from kring.events.pricing.effects import Effect
from kring.places.models import Pool


class PriceRuleQuerySet(TenantQuerySet):
    def of_event(self, event: Event | int) -> PriceRuleQuerySet:
        """Also those of its attractions, in the order in which they are applied. By its key too."""
        return self.filter(Q(event=event) | Q(attraction__event=event)).order_by("position", "pk")

    def of_events(self, keys: Collection[int]) -> PriceRuleQuerySet:
        """The same for several, with `attraction`."""
        rows = self.filter(Q(event__in=keys) | Q(attraction__event__in=keys)).select_related("attraction")
        return rows.order_by("position", "pk")


class PriceRule(TenantModel):
    """Whom another price is for, of a whole event or of one attraction. `key` names the class of its condition.

    `names`: text by language. `position`: in one list of the event and its attractions.

    Triggers: price_rules_noted (events/sql/note_price_rules.sql).
    """

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, null=True, related_name="price_rules")
    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, null=True, related_name="price_rules")
    # Keys of ticket types it is limited to; None: for all. One that is gone stays: the rule is for none, never for all.
    ticket_types = ArrayField(models.BigIntegerField(), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    names = models.JSONField(_("name"), default=dict)
    key = models.CharField(_("condition"), max_length=30)
    settings = models.JSONField(default=dict)
    effect = models.CharField(_("effect"), max_length=14, choices=Effect)
    # Percent, or money in the organisation's currency.
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    combines = models.BooleanField(_("combines with others"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    # Of a rule for the first so many tickets; its own.
    pool = TenantForeignKey(Pool, on_delete=models.DO_NOTHING, null=True, related_name="+")

    objects = TenantManager.from_queryset(PriceRuleQuerySet)()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="price_rule_is_of_an_event_or_of_an_attraction",
                condition=Q(event=None, attraction__isnull=False) | Q(event__isnull=False, attraction=None),
            ),
            models.CheckConstraint(name="price_rule_has_a_name", condition=~Q(names={})),
            models.CheckConstraint(name="price_rule_effect_is_known", condition=Q(effect__in=Effect.values)),
            models.CheckConstraint(
                name="price_rule_amount_is_right",
                condition=Q(effect="fixed", amount__gte=0) | (~Q(effect="fixed") & Q(amount__gt=0)),
                violation_error_message=_("The amount must be above 0."),
            ),
            models.CheckConstraint(
                name="price_rule_percentage_is_100_at_most",
                condition=~Q(effect__in=["percent_off", "percent_on_top"]) | Q(amount__lte=100),
                violation_error_message=_("A percentage cannot be above 100."),
            ),
            models.UniqueConstraint("organisation", "pool", name="price_rule_has_its_own_pool"),
        ]
        indexes = [
            models.Index("organisation", "event", name="price_rules_of_an_event"),
            models.Index("organisation", "attraction", name="price_rules_of_a_part"),
        ]
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.names)


@professions.used_in
def _in_price_rules(key: str) -> bool:
    rules: Any = PriceRule.objects
    return bool(rules.filter(key="profession", settings__allowed__contains=[key]).exists())
