"""The one decision: all reasons at once, for page, API and job alike (V1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.prepared_queries import prepared
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import ANSWER_NEEDED, Reason, Rule, Text
from kring.events.eligibility.rules import UnknownRule
from kring.events.eligibility.rules import rule as rule_called
from kring.events.models import Attraction, EligibilityRule
from kring.organisations.current import current_organisation

ADULT = 18
BEFORE, AFTER = EligibilityRule.Stage.BEFORE, EligibilityRule.Stage.AFTER


def decide(attraction: Attraction, applicant: Applicant, *, stage: str = BEFORE) -> list[Reason]:
    """Why `applicant` may not register for it (or, AFTER, not attend although it is paid); empty when they may.

    Costs one query, and one for each rule with a lookup. A rule about an external registry reads the stored
    answer: before a final decision call `consulting.consult`, outside any transaction.
    """
    applicant = judged_at(attraction, applicant)
    found = [rule.check(applicant) for rule in rules_of(attraction, stage)]
    return [reason for reason in found if reason is not None]


def decide_what_is_typed(attraction: Attraction, applicant: Applicant) -> list[tuple[list[str], Reason]]:
    """What is wrong already while a form is incomplete: the questions it is about (maybe none), and why.

    A missing answer is no reason yet, and no registry is queried. Costs as much as `decide`.
    """
    applicant = judged_at(attraction, applicant)
    mine = [rule for rule in rules_of(attraction) if not rule.uses_network]
    found = [([name for names in rule.questions() for name in names], rule.check(applicant)) for rule in mine]
    return [(names, reason) for names, reason in found if reason is not None and reason.code != ANSWER_NEEDED]


def is_for_children(attraction: Attraction, *, has_age_rule: bool) -> bool:
    """A group of an enrolment period, or ages that end below 18: hardly for the buyer. One query with a rule."""
    if attraction.event.is_period:
        return True
    rules = rules_of(attraction) if has_age_rule else [group_ages(attraction)]
    bounds = [rule.settings.get("oldest") for rule in rules if rule and rule.key == "age"]
    return any(oldest is not None and oldest < ADULT for oldest in bounds)


def rules_of(attraction: Attraction, stage: str = BEFORE) -> list[Rule]:
    """Those of the whole event first, then the attraction's; the ages of a group are a rule without a row (E7)."""
    found = [_rule(row, attraction) for row in _rows(event=attraction.event_id, attraction=attraction.pk, stage=stage)]
    ages = group_ages(attraction) if stage == BEFORE else None
    return [ages, *found] if ages else found


@prepared
def _rows(event: int, attraction: int, stage: str) -> QuerySet[EligibilityRule]:
    return EligibilityRule.objects.for_attraction(event, attraction).filter(stage=stage)


def group_ages(attraction: Attraction) -> Rule | None:
    """The age limits of a group of an enrolment period."""
    if attraction.youngest is None and attraction.oldest is None:
        return None
    return rule_called("age")({"youngest": attraction.youngest, "oldest": attraction.oldest}, attraction)


class Missing(Rule):
    """Replaces a rule that is no longer installed: it refuses everybody, as nothing can be checked."""

    key = "missing"
    refusals: ClassVar[Mapping[str, Text]] = {
        "missing": _("A rule of this event cannot be checked at the moment. Please tell the organiser.")
    }

    def check(self, applicant: Applicant) -> Reason | None:
        return self.refuse("missing")


def _rule(row: EligibilityRule, attraction: Attraction) -> Rule:
    try:
        return rule_called(row.key)(row.settings, attraction)
    except UnknownRule:
        return Missing(row.settings, attraction)


def judged_at(attraction: Attraction, applicant: Applicant) -> Applicant:
    if applicant.at is not None:
        return applicant
    return replace(applicant, at=timezone.localtime(attraction.event.starts_at, current_organisation().zone).date())
