"""The price of one ticket: pure, without database and clock. The same facts give the same cent at any time.

The algorithm, which docs/prices.md and the page of the rules explain too:

1. the best fixed price, where it is below the price of the ticket type;
2. of the other rules that do not combine, the one that gives the lowest price; of two alike, the first;
3. those that combine, in their order.

No step goes below 0. The price is rounded half up once, VAT included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from kring.core.languages import in_language
from kring.events.pricing.conditions import condition_of
from kring.events.pricing.effects import Effect

CENT = Decimal("0.01")
# The most that a price of a ticket type can be.
HIGHEST = Decimal("999999.99")
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Facts:
    """What is known of one ticket's person and order when its places are held.

    `profession`: proven, by key; an unproven one is "". `is_member`: active, by a proven identity.
    `first_day`: of the attraction. `answers`: name of a question → answer, of the questions that are asked now.
    `people`: tickets of this order for this attraction.
    `pools`: rules for the first so many, by id, that gave this ticket a place. `codes`: rules whose code was claimed.
    """

    profession: str = ""
    is_member: bool = False
    birth_date: date | None = None
    first_day: date | None = None
    answers: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    people: int = 1
    pools: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One row of PriceRule. `words`: its name by language. `amount`: percent, or money in the organisation's currency.

    `attraction` None: of the whole event. `ticket_types` None: of all of them; empty: none of those is left.
    `pool`: by key, of a rule for the first so many; in an order with a code of the rules it opens, as `money`, the pool
    of cents that these may take off.
    """

    id: int
    position: int
    condition: str
    settings: Mapping[str, Any]
    effect: Effect
    amount: Decimal
    combines: bool
    words: Mapping[str, str]
    attraction: int | None = None
    ticket_types: frozenset[int] | None = None
    pool: int | None = None
    money: int | None = None

    def is_for(self, ticket_type: int, attraction: int) -> bool:
        """By their keys."""
        return self.attraction in (None, attraction) and (self.ticket_types is None or ticket_type in self.ticket_types)


@dataclass(frozen=True)
class Applied:
    """A rule that changed the price, and by how much, in cents: below 0 for a reduction."""

    rule: int
    words: Mapping[str, str]
    amount: Decimal

    @property
    def text(self) -> str:
        return in_language(self.words)


@dataclass(frozen=True)
class Quote:
    """`base` and the amounts of `applied` add up to `price`."""

    price: Decimal
    base: Decimal
    applied: tuple[Applied, ...] = ()


def quote(base: Decimal, rules: Iterable[Rule], facts: Facts, at: datetime) -> Quote:
    """The price of a ticket whose type costs `base`. `rules`: those for its type (`price_list`), in any order.

    A rule whose condition is not known (its module was removed) does not apply.
    """
    steps = [step for rule in rules if (step := _step(rule, facts, at))]
    steps.sort(key=lambda step: (step.rule.position, step.rule.id))
    price, applied = base, []
    for step in _chosen(steps, base):
        after = step.after(price)
        if change := _rounded(after) - _rounded(price):
            applied.append(Applied(step.rule.id, step.rule.words, change))
        price = after
    return Quote(_rounded(price), base, tuple(applied))


@dataclass(frozen=True)
class _Applying:
    """A rule that applies, with its amount for these facts."""

    rule: Rule
    amount: Decimal

    def after(self, price: Decimal) -> Decimal:
        return min(max(self.rule.effect.on(price, self.amount), Decimal(0)), HIGHEST)


def _step(rule: Rule, facts: Facts, at: datetime) -> _Applying | None:
    condition = condition_of(rule)
    if condition is None or not condition.holds(facts, at):
        return None
    return _Applying(rule, condition.amount(facts, rule.amount))


def _chosen(steps: list[_Applying], base: Decimal) -> list[_Applying]:
    fixed = [step for step in steps if step.rule.effect == Effect.FIXED and step.amount < base]
    best_fixed = [min(fixed, key=lambda step: step.amount)] if fixed else []
    start = best_fixed[0].amount if best_fixed else base
    others = [step for step in steps if step.rule.effect != Effect.FIXED]
    alone = [step for step in others if not step.rule.combines]
    best_alone = [min(alone, key=lambda step: step.after(start))] if alone else []
    return [*best_fixed, *best_alone, *(step for step in others if step.rule.combines)]


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(CENT, ROUND_HALF_UP)
