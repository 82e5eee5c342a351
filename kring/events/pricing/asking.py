"""The price to sell a ticket type at: the only place that reads it (tests/architecture/test_prices.py).

Orders ask by `registrations.new_tickets`; pages that show what is on sale ask here, for somebody of whom nothing is
known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import chain

from django.utils import timezone

from kring.events.models import CampaignCode, Event, TicketType
from kring.events.pricing import codes, price_list
from kring.events.pricing.quoting import Facts, Quote, Rule, quote

NOBODY = Facts()


def ask(
    ticket_type: TicketType,
    rules: Iterable[Rule],
    facts: Facts,
    at: datetime,
    *,
    promised: Decimal | None = None,
    chosen: Decimal | None = None,
) -> Quote:
    """`rules`: of the event. `promised`: instead of the price of today. `chosen`: by the buyer, where the type lets
    them; None: what is suggested."""
    given = chosen if ticket_type.lets_choose else promised
    return quote(ticket_type.price if given is None else given, rules_for(ticket_type, rules), facts, at)


def suggested(ticket_type: TicketType) -> Decimal:
    """To buyers who choose what they pay."""
    return ticket_type.price


def rules_for(ticket_type: TicketType, rules: Iterable[Rule]) -> list[Rule]:
    """Of the event's those that make its price. Where buyers choose it, only what comes on top: whoever wants to pay
    less chooses less."""
    mine = [rule for rule in rules if rule.is_for(ticket_type.pk, ticket_type.attraction_id)]
    return [rule for rule in mine if rule.effect.is_on_top] if ticket_type.lets_choose else mine


def on_sale(
    offered: Iterable[tuple[Event, Iterable[TicketType]]], code: CampaignCode | None = None
) -> dict[int, Quote]:
    """What one ticket costs anybody now, by type, or who has this code; where the price is theirs to choose, at least.
    Two statements however many events have rules, none without any."""
    parts, at = [(event, list(types)) for event, types in offered], timezone.now()
    rules = {key: codes.opened(of, code) for key, of in price_list.rules_of_all(event for event, _ in parts).items()}
    places = _with_places(chain.from_iterable(rules.values())) if rules else frozenset()
    facts = Facts(pools=places, codes=places) if rules else NOBODY
    return {
        each.pk: ask(each, rules.get(event.pk, ()), facts, at, chosen=each.lowest_price)
        for event, types in parts
        for each in types
    }


def _with_places(rules: Iterable[Rule]) -> frozenset[int]:
    """The rules for the first so many that have places left."""
    pools = price_list.pools_of(rules)
    return frozenset(rule for rule, pool in pools.items() if pool.left is None or pool.left > 0)
