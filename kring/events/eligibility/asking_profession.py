"""Whether people are asked for their profession: only where a rule of who may come, or of prices, depends on it.

A report that needs it uses a question of its form (`forms.known`).
"""

from __future__ import annotations

from functools import cache

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from kring.accounts import professions
from kring.accounts.models import Profession
from kring.events.eligibility.rules import rules
from kring.events.models import EligibilityRule, PriceRule
from kring.events.models.eligibility import EligibilityRuleQuerySet
from kring.events.models.price_rule import PriceRuleQuerySet
from kring.events.pricing.conditions import conditions


@cache
def keys_of_rules() -> list[str]:
    """Of who may come, which depend on it."""
    return [rule.key for rule in rules() if rule.asks_profession]


@cache
def keys_of_prices() -> list[str]:
    """Of conditions of prices, which depend on it."""
    return [condition.key for condition in conditions() if condition.asks_profession]


def rules_on_profession() -> EligibilityRuleQuerySet:
    return EligibilityRule.objects.filter(_offered(), key__in=keys_of_rules())


def prices_by_profession() -> PriceRuleQuerySet:
    return PriceRule.objects.filter(_offered(), key__in=keys_of_prices(), is_active=True)


def _offered() -> Exists:
    """None depend on it where the organisation offers no professions."""
    return Exists(Profession.objects.filter(is_active=True))


@professions.used_in
def _in_rules(key: str) -> bool:
    """Settings are encrypted: the few rules on professions are read."""
    found = EligibilityRule.objects.filter(key__in=keys_of_rules()).values_list("settings", flat=True)
    return any(key in settings.get("allowed", ()) for settings in found)


def is_asked_somewhere() -> bool:
    """In this organisation. Two statements at most."""
    return rules_on_profession().exists() or prices_by_profession().exists()


def is_asked(event: int, attraction: int) -> bool:
    """Of attendees, by the keys of event and attraction. Two statements at most."""
    by_price = prices_by_profession().filter(Q(event=event) | Q(attraction=attraction))
    return rules_on_profession().for_attraction(event, attraction).exists() or by_price.exists()


def asks_profession() -> ExpressionWrapper:
    """The same for rows that have `event` and `attraction`."""
    by_price = prices_by_profession().filter(Q(event=OuterRef("event")) | Q(attraction=OuterRef("attraction")))
    found = Exists(rules_on_profession().for_attraction(OuterRef("event"), OuterRef("attraction"))) | Exists(by_price)
    return ExpressionWrapper(found, output_field=BooleanField())
