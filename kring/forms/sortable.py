"""Answers written so that they sort and compare as text, as the databases' functions write them too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import md5

FARTHEST = Decimal(99_999_999_999_999)
# Between the marks of an answer's choices, before the first and after the last.
BETWEEN_CHOICES = "\x1f"


def sortable(value: Decimal | date | str) -> str:
    """A text without its case and accents is the database's to make."""
    if isinstance(value, Decimal):
        return f"{min(max(value, -FARTHEST), FARTHEST) + FARTHEST + 1:020.4f}"
    return value.isoformat() if isinstance(value, date) else value


def mark_of(choice: str) -> str:
    """What stands for a choice's value: its label may change, and many long ones are too long for an index."""
    return md5(choice.encode(), usedforsecurity=False).hexdigest()[:8]


def marked(choice: str) -> str:
    """As it occurs in an answer, among others or alone."""
    return f"{BETWEEN_CHOICES}{mark_of(choice)}{BETWEEN_CHOICES}"
