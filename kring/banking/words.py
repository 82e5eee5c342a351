"""What a line is, or is thought to be, in words."""

from __future__ import annotations

from kring.banking.meanings import meanings
from kring.banking.models import BankReport, StatementLine


def meaning_of(line: StatementLine) -> str:
    if line.purpose:
        return line.purpose
    meaning, code = meanings.get(line.meaning), line.proposal.get("code")
    if meaning is None or not code:
        return ""
    return meaning.in_words(code, line.proposal["facts"])


def evidence_of(line: StatementLine) -> list[str]:
    meaning = meanings.get(line.meaning)
    if meaning is None:
        return []
    return [meaning.in_words(each["code"], each["facts"]) for each in line.proposal.get("evidence", ())]


def outcome_of(report: BankReport) -> list[str]:
    """What a status report did."""
    known = [(meanings.get(each["meaning"]), each) for each in report.outcome]
    return [meaning.in_words(each["code"], each["facts"]) for meaning, each in known if meaning is not None]
