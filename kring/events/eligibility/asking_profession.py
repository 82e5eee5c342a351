"""Whether people are asked for their profession: only where a rule depends on it.

A report that needs it uses a question of its form (`forms.known`).
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from kring.accounts import professions
from kring.accounts.models import Profession
from kring.events.eligibility.rules import rules
from kring.events.models import EligibilityRule
from kring.events.models.eligibility import EligibilityRuleQuerySet


def rules_on_profession() -> EligibilityRuleQuerySet:
    """None where the organisation offers no professions."""
    depending = EligibilityRule.objects.filter(key__in=[rule.key for rule in rules() if rule.asks_profession])
    return depending.filter(Exists(Profession.objects.filter(is_active=True)))


@professions.used_in
def _in_rules(key: str) -> bool:
    """Settings are encrypted: the few rules on professions are read."""
    keys = [rule.key for rule in rules() if rule.asks_profession]
    found = EligibilityRule.objects.filter(key__in=keys).values_list("settings", flat=True)
    return any(key in settings.get("allowed", ()) for settings in found)


def is_asked_somewhere() -> bool:
    """In this organisation. One statement."""
    return rules_on_profession().exists()


def is_asked(event: int, attraction: int) -> bool:
    """Of attendees, by the keys of event and attraction. One statement."""
    return rules_on_profession().for_attraction(event, attraction).exists()


def asks_profession() -> Exists:
    """The same for rows that have `event` and `attraction`."""
    return Exists(rules_on_profession().for_attraction(OuterRef("event"), OuterRef("attraction")))
