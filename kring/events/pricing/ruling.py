"""The price rules of an event, made and changed at any time: what was ordered keeps its price (D2). Each act is in the
log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kring.core import positions
from kring.core.languages import in_language
from kring.core.refusals import Refusal
from kring.events.eligibility.ruling import FormQuestions
from kring.events.locking import hold_still
from kring.events.models import Attraction, Event, PriceRule
from kring.events.pricing import price_list
from kring.events.pricing.condition import Condition
from kring.events.pricing.conditions import condition, condition_of
from kring.events.pricing.conditions.code import Code
from kring.events.pricing.effects import Effect
from kring.events.refusals import NoWayToPay, WaitsForApproval
from kring.organisations import audit
from kring.places import capacity
from kring.places.models import Pool

MOST = 50


class TooManyPriceRules(Refusal):
    code = "too_many_price_rules"
    message = _("There are %(most)s price rules already. Remove some first.")


class AmountWrong(Refusal):
    """Of a rule as a program or a form wants it."""

    status = 422
    code = "amount_wrong"
    field = "amount"
    message = _("The amount must be above 0, and a percentage 100 at most.")


class StrangeTicketType(Refusal):
    status = 422
    code = "strange_ticket_type"
    field = "ticket_types"
    message = _("This is not a ticket type that the rule could be for.")


@dataclass(frozen=True)
class RuleWish:
    """A rule as wanted. `settings`: as the condition's form cleaned them. `ticket_types` None: for all."""

    names: Mapping[str, str]
    effect: str
    amount: Decimal
    settings: Mapping[str, Any] = field(default_factory=dict)
    combines: bool = False
    is_active: bool = True
    ticket_types: Sequence[int] | None = None

    def fields(self) -> dict[str, object]:
        kept = sorted(self.ticket_types) if self.ticket_types is not None else None
        named = {name: getattr(self, name) for name in ("effect", "amount", "combines", "is_active")}
        return named | {"names": dict(self.names), "settings": dict(self.settings), "ticket_types": kept}


@transaction.atomic
def add_rule(event: Event, attraction: Attraction | None, key: str, wish: RuleWish) -> PriceRule:
    """At the end of the event's list; of one attraction, or of all.

    Raises UnknownCondition, AmountWrong, StrangeTicketType, TooManyPriceRules, WaitsForApproval; NoWayToPay for
    something on top where nobody could pay it.
    """
    _demand(event, attraction, wish)
    asked = condition(key)
    rows = list(PriceRule.objects.of_event(event))
    if len(rows) >= MOST:
        raise TooManyPriceRules(most=MOST)
    where: dict[str, Attraction | Event] = {"attraction": attraction} if attraction else {"event": event}
    position = max((each.position for each in rows), default=0) + 1
    pool = Pool.objects.create(capacity=wish.settings["places"]) if asked.has_pool else None
    made: PriceRule = PriceRule.objects.create(key=key, position=position, pool=pool, **where, **wish.fields())
    _noted("added", event, new=_facts(made))
    return made


@transaction.atomic
def change_rule(event: Event, row: PriceRule, wish: RuleWish) -> bool:
    """All but its condition. False: nothing differed.

    Raises as `add_rule` does, and TooFewPlaces where more of the first so many are taken.
    """
    _demand(event, row.attraction, wish, ticket_types=row.ticket_types)
    old = _facts(row)
    if all(getattr(row, name) == value for name, value in wish.fields().items()):
        return False
    for name, value in wish.fields().items():
        setattr(row, name, value)
    if row.pool is not None:
        capacity.set_capacity(row.pool, wish.settings["places"])
    row.save(update_fields=list(wish.fields()))
    new = _facts(row)
    differing = [name for name in new if new[name] != old[name]] or ["rule"]
    _noted("changed", event, old={name: old[name] for name in differing}, new={name: new[name] for name in differing})
    return True


@transaction.atomic
def switch_rule(event: Event, row: PriceRule, *, on: bool) -> None:
    """In use, or not for the time being. Raises as `change_rule` does."""
    names = ("names", "effect", "amount", "settings", "combines", "ticket_types")
    change_rule(event, row, RuleWish(**{name: getattr(row, name) for name in names}, is_active=on))


@transaction.atomic
def remove_rule(event: Event, row: PriceRule) -> None:
    """What was ordered by it keeps its price. Raises WaitsForApproval."""
    _demand_open(event)
    old, pool = _facts(row), row.pool
    row.delete()
    if pool is not None:
        pool.delete()
    _noted("removed", event, old=old)


@transaction.atomic
def move_rule(event: Event, row: PriceRule, *, up: bool) -> None:
    """One place up or down in the event's list; at its end nothing happens. Raises WaitsForApproval."""
    _demand_open(event)
    now = positions.move(PriceRule.objects.of_event(event).select_for_update(of=("self",)), row, up=up)
    if now:
        before = now + 1 if up else now - 1
        _noted("moved", event, old={"position": before}, new={"rule": row.name, "position": now})


def costs_something(event: Event) -> bool:
    """Whether a rule in use asks for money where the ticket types may be free. One statement where it has rules."""
    return any(rule.effect.is_on_top for rule in price_list.rules_of(event))


def broken(event: Event, rows: Sequence[PriceRule]) -> dict[int, str]:
    """Why a rule cannot apply to anybody, in words, by its key: something it needs was removed. Seven statements
    at most, none without rules."""
    attractions = list(event.attractions.prefetch_related("ticket_types")) if rows else []
    conditions = {row.pk: condition_of(price_list.as_rule(row)) for row in rows}
    asks = any(known and known.questions() for known in conditions.values())
    questions = FormQuestions(attractions) if asks else None
    campaigns = {each.pk for each in event.campaigns.all()} if any(row.key == Code.key for row in rows) else set()
    found = {row.pk: _why_broken(row, conditions[row.pk], questions, attractions, campaigns) for row in rows}
    return {key: why for key, why in found.items() if why}


def _why_broken(
    row: PriceRule,
    known: Condition | None,
    questions: FormQuestions | None,
    attractions: Sequence[Attraction],
    campaigns: Collection[int],
) -> str:
    if known is None:
        return str(_("Its condition is not installed any more."))
    keys = [row.attraction_id] if row.attraction_id else [each.pk for each in attractions]
    if questions and any(not any(questions.asks(key, any_of) for key in keys) for any_of in known.questions()):
        return str(_("No form asks its question any more."))
    if row.key == Code.key and row.settings["campaign"] not in campaigns:
        return str(_("Its campaign has been removed."))
    if row.ticket_types is not None and not _types_of(attractions) & set(row.ticket_types):
        return str(_("The ticket types it was for have been removed."))
    return ""


def _types_of(attractions: Sequence[Attraction]) -> set[int]:
    return {each.pk for attraction in attractions for each in attraction.ticket_types.all()}


def _demand(
    event: Event, attraction: Attraction | None, wish: RuleWish, *, ticket_types: Sequence[int] | None = None
) -> None:
    """`ticket_types`: those it was for may stay, although some are gone."""
    _demand_open(event)
    effect = Effect(wish.effect)
    own = [Decimal(cost) for cost in wish.settings.get("costs", {}).values()]
    for amount in (wish.amount, *own):
        if amount < 0 or (amount == 0 and effect != Effect.FIXED) or (effect.is_percent and amount > 100):
            raise AmountWrong
    if wish.ticket_types is not None:
        attractions = [attraction] if attraction else list(event.attractions.prefetch_related("ticket_types"))
        if set(wish.ticket_types) - _types_of(attractions) - set(ticket_types or ()):
            raise StrangeTicketType
    if wish.is_active and effect.is_on_top and not event.is_editable and not event.payment_options.exists():
        raise NoWayToPay


def _demand_open(event: Event) -> None:
    hold_still(event)
    if event.state == Event.State.PENDING:
        raise WaitsForApproval


def _noted(act: str, event: Event, **facts: Any) -> None:
    price_list.forget(event)
    # Kept by a trigger: whoever goes on with this object sees what it says now.
    event.refresh_from_db(fields=["has_price_rules"])
    audit.log(f"price_rule.{act}", event, **facts)


def _facts(row: PriceRule) -> dict[str, object]:
    return {
        "rule": in_language(row.names),
        "condition": row.key,
        "effect": row.effect,
        "amount": str(row.amount),
        "combines": row.combines,
        "in_use": row.is_active,
        "settings": row.settings,
        "attraction": str(row.attraction or ""),
    }
