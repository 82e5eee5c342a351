"""Eligibility (V1–V3): rules found by key, and one decision for page, API and job alike."""

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.deciding import AFTER, BEFORE, decide, decide_what_is_typed, is_for_children
from kring.events.eligibility.rule import Reason, Rule

__all__ = ["AFTER", "BEFORE", "Applicant", "Reason", "Rule", "decide", "decide_what_is_typed", "is_for_children"]
