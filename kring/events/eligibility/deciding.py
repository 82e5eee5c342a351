"""The one decision: all reasons at once, for page, API and job alike (V1)."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule
from kring.events.eligibility.rules import rule as rule_called
from kring.events.models import Attraction, EligibilityRule
from kring.organisations.here import here

BEFORE, AFTER = EligibilityRule.Stage.BEFORE, EligibilityRule.Stage.AFTER


def decide(attraction: Attraction, applicant: Applicant, *, stage: str = BEFORE) -> list[Reason]:
    """Why `applicant` may not register for it (or, AFTER, not come although it is paid); empty when she may.

    Costs one query, and one for each rule that looks something up. A rule that asks an external registry reads what was
    answered: whoever decides for good calls `consulting.consult` first, outside any transaction.
    """
    applicant = judged_at(attraction, applicant)
    found = [rule.check(applicant) for rule in rules_of(attraction, stage)]
    return [reason for reason in found if reason is not None]


def rules_of(attraction: Attraction, stage: str = BEFORE) -> list[Rule]:
    """Those of the whole event first, then its own; the ages of a group are a rule without a row (E7)."""
    rows = EligibilityRule.objects.for_attraction(attraction).filter(stage=stage)
    found = [rule_called(row.key)(row.settings, attraction) for row in rows]
    if stage == BEFORE and (attraction.youngest is not None or attraction.oldest is not None):
        bounds = {"youngest": attraction.youngest, "oldest": attraction.oldest}
        found.insert(0, rule_called("age")(bounds, attraction))
    return found


def judged_at(attraction: Attraction, applicant: Applicant) -> Applicant:
    if applicant.at is not None:
        return applicant
    return replace(applicant, at=timezone.localtime(attraction.event.starts_at, here().zone).date())
