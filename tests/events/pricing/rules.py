"""Rules to quote with, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from kring.events.pricing import Effect, Rule

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_ids = count(1)


def rule(effect: str | Effect, amount: str | Decimal, condition: str = "people", **fields: Any) -> Rule:
    """For everybody, unless it has another condition."""
    key = next(_ids)
    settings = fields.pop("settings", {"fewest": 1} if condition == "people" else {})
    return Rule(
        id=fields.pop("id", key),
        position=fields.pop("position", key),
        condition=condition,
        settings=settings,
        effect=Effect(effect),
        amount=Decimal(amount),
        combines=fields.pop("combines", False),
        words=fields.pop("words", {"en": f"rule {key}"}),
        **fields,
    )
