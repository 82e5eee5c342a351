"""The rules of an event as `quote` takes them. An event without rules costs no statement, another one in a scope."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from kring.core.prepared_queries import prepared
from kring.core.tenancy import forget_remembered, remembered
from kring.events.models import Event, PriceRule
from kring.events.pricing.effects import Effect
from kring.events.pricing.quoting import Rule
from kring.places.models import Pool


def rules_of(event: Event) -> tuple[Rule, ...]:
    """Those in use, of the event and its attractions, in their order."""
    if not event.has_price_rules:
        return ()
    return remembered(_memory(event.pk), lambda: tuple(as_rule(row) for row in _rows(event=event.pk)))


def rules_of_all(events: Iterable[Event]) -> dict[int, tuple[Rule, ...]]:
    """By event, of those that have rules: one statement for all of them."""
    keys = [event.pk for event in events if event.has_price_rules]
    found: dict[int, list[Rule]] = {key: [] for key in keys}
    rows = PriceRule.objects.of_events(keys).filter(is_active=True) if keys else []
    for row in rows:
        found[row.event_id or row.attraction.event_id].append(as_rule(row))
    return {key: tuple(rules) for key, rules in found.items()}


def forget(event: Event) -> None:
    """For who changes them."""
    forget_remembered(_memory(event.pk))


def pools_of(rules: Iterable[Rule]) -> dict[int, Pool]:
    """The pools of those for the first so many, and for a code, by the id of the rule. One statement where there are
    any."""
    wanted = {rule.id: rule.pool for rule in rules if rule.pool is not None}
    pools = Pool.objects.in_bulk(set(wanted.values())) if wanted else {}
    return {rule: pools[pool] for rule, pool in wanted.items() if pool in pools}


def as_rule(row: PriceRule) -> Rule:
    return Rule(
        id=row.pk,
        position=row.position,
        condition=row.key,
        settings=row.settings,
        effect=Effect(row.effect),
        amount=row.amount,
        combines=row.combines,
        words=row.names,
        attraction=row.attraction_id,
        ticket_types=None if row.ticket_types is None else frozenset(row.ticket_types),
        pool=row.pool_id,
    )


@prepared
def _rows(event: int) -> QuerySet[PriceRule]:
    return PriceRule.objects.of_event(event).filter(is_active=True)


def _memory(event: int) -> str:
    return f"price rules {event}"
