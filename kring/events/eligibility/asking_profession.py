"""Whether people are asked for their profession: only where a rule depends on it.

A report that needs it uses a question of its form (`forms.known`).
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from kring.events.eligibility.rules import rules
from kring.events.models import EligibilityRule
from kring.events.models.eligibility import EligibilityRuleQuerySet


def rules_on_profession() -> EligibilityRuleQuerySet:
    return EligibilityRule.objects.filter(key__in=[rule.key for rule in rules() if rule.asks_profession])


def is_asked_somewhere() -> bool:
    """In this organisation. One statement."""
    return rules_on_profession().exists()


def is_asked(event: int, attraction: int) -> bool:
    """Of attendees, by the keys of event and attraction. One statement."""
    return rules_on_profession().for_attraction(event, attraction).exists()


def asks_profession() -> Exists:
    """The same for rows that have `event` and `attraction`."""
    return Exists(rules_on_profession().for_attraction(OuterRef("event"), OuterRef("attraction")))
