"""Who may register (V1–V3): rules found by key, and one decision for page, API and job alike."""

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.deciding import decide
from kring.events.eligibility.rule import Reason, Rule

__all__ = ["Applicant", "Reason", "Rule", "decide"]
