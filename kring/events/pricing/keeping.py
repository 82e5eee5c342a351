"""The rules of a moment, as an order keeps them: as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NotRequired, TypedDict

from kring.events.pricing.effects import Effect
from kring.events.pricing.quoting import Rule


class KeptPriceRule(TypedDict):
    """The fields of a `Rule`."""

    id: int
    position: int
    condition: str
    settings: dict[str, object]
    effect: str
    amount: str
    combines: bool
    words: dict[str, str]
    attraction: int | None
    ticket_types: list[int] | None
    pool: int | None
    money: NotRequired[int | None]


def as_kept(rules: Iterable[Rule]) -> list[KeptPriceRule]:
    return [
        KeptPriceRule(
            id=each.id,
            position=each.position,
            condition=each.condition,
            settings=dict(each.settings),
            effect=each.effect.value,
            amount=str(each.amount),
            combines=each.combines,
            words=dict(each.words),
            attraction=each.attraction,
            ticket_types=None if each.ticket_types is None else sorted(each.ticket_types),
            pool=each.pool,
            money=each.money,
        )
        for each in rules
    ]


def read(kept: Iterable[KeptPriceRule]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=each["id"],
            position=each["position"],
            condition=each["condition"],
            settings=each["settings"],
            effect=Effect(each["effect"]),
            amount=Decimal(each["amount"]),
            combines=each["combines"],
            words=each["words"],
            attraction=each["attraction"],
            ticket_types=None if each["ticket_types"] is None else frozenset(each["ticket_types"]),
            pool=each["pool"],
            money=each.get("money"),
        )
        for each in kept
    )
