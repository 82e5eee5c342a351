"""Price rules as staff make them, for tests of orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kring.accounts import professions
from kring.events.models import Attraction, Event, PriceRule
from kring.events.pricing import price_list
from tests import make


def rule(event: Event, key: str, effect: str = "percent_off", amount: str = "40", **fields: Any) -> PriceRule:
    """In use for the whole event. `settings` are the condition's."""
    name = fields.pop("name", key.title())
    places = fields["settings"]["places"] if key == "first" else None
    given = {
        "names": {"en": name},
        "pool": make.pool(places) if places else None,
        "position": PriceRule.objects.count(),
    }
    made: PriceRule = PriceRule.objects.create(
        event=event, key=key, effect=effect, amount=Decimal(amount), **given | fields
    )
    event.refresh_from_db(fields=["has_price_rules"])
    price_list.forget(event)
    return made


def student(event: Event, **fields: Any) -> PriceRule:
    """40 % less for students, by their word."""
    if "student" not in professions.every():
        make.professions("student")
    return rule(event, "profession", name="Student", settings={"allowed": ["student"]}, **fields)


def attraction(price: str = "60.00", **fields: Any) -> Attraction:
    """Of an event that can be paid for in cash."""
    made = make.attraction(price=price, **fields)
    made.event.payment_options.create(method="cash")
    return made
