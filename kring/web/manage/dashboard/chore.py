"""Tasks for a person, on the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from kring.core.row_counts import counts

# How many, or the rows to count; the sentence for so many; where they are; how urgent.
type Counted = tuple[int | QuerySet, Callable[[int], str], str, str]


@dataclass(frozen=True)
class Chore:
    """A task for a person: a sentence and a link."""

    text: str
    url: str
    tone: str = "warning"


def if_any(*found: Counted) -> list[Chore]:
    """What is not counted yet is counted together, in one statement."""
    counted = iter(counts(*(rows for rows, *_more in found if isinstance(rows, QuerySet))))
    numbers = [next(counted) if isinstance(rows, QuerySet) else rows for rows, *_more in found]
    return [
        Chore(words(number) % {"n": number}, url, tone)
        for number, (_rows, words, url, tone) in zip(numbers, found, strict=True)
        if number
    ]
