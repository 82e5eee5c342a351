"""Who may register (V1–V3): rules found by key, and one decision for page, API and job alike."""

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.deciding import AFTER, BEFORE, decide
from kring.events.eligibility.rule import Reason, Rule

__all__ = ["AFTER", "BEFORE", "Applicant", "Reason", "Rule", "decide"]
