"""What a ticket of an order costs, as more becomes known; new ones are priced by `new_tickets` (D2).

An order keeps the rules of the moment its places were held, and is worked out by these and by the clock of that moment
alone: what changes its price is what becomes known of its attendees, never a rule that was changed, nor a date that
passed. Once somebody begins to pay, nothing does. When the places are lost, so is the price (`as_of_now`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, prefetch_related_objects

from kring.billing.models import Order, OrderLine
from kring.events.eligibility import Applicant
from kring.events.pricing import Quote, Rule, codes, keeping, price_list, quote
from kring.events.pricing.conditions import condition_of
from kring.organisations import audit
from kring.payments.models import Payment
from kring.places.models import Claim, Pool
from kring.registrations import applicants, code_uses, instalment_offers, refusals
from kring.registrations.models import Registration
from kring.registrations.new_tickets import NOTHING, UNKNOWN, NewTickets, are_again, facts_of, trace_of

ACTION = "order.priced_anew"


def price_anew(order: Order, changed: Sequence[Registration], *, or_keep: bool = False) -> bool:
    """More is known of these of its attendees, or they are others. Whether it costs something else now.

    Under the order's lock. No statement for an order without rules. Raises PriceIsBeingPaid where a payment is under
    way, or was made, and the price would change: the caller's change is not to happen either. `or_keep`: it happens,
    and the price stays.
    """
    if not order.price_rules:
        return False
    quotes = _quotes(order, changed)
    found = [(each.line, new) for each, new in zip(changed, quotes, strict=True) if _differs(each.line, new)]
    if not found:
        return False
    if is_fixed(order):
        if not or_keep and any(line.amount != _to_pay(line, new) for line, new in found):
            raise refusals.PriceIsBeingPaid
        return False
    if order.code:
        found = _within_the_money(order, changed, quotes)
    _write(order, found)
    return True


def _within_the_money(
    order: Order, changed: Sequence[Registration], quotes: Sequence[Quote]
) -> list[tuple[OrderLine, Quote]]:
    """The new prices, where the money of the code's campaign is enough for them; those without the code where not."""
    rules = keeping.read(order.price_rules)
    without = [
        each
        for each, new in zip(changed, quotes, strict=True)
        if _differs(each.line, new) and not code_uses.follow(each, new, rules)
    ]
    now = dict(zip((each.pk for each in changed), quotes, strict=True))
    if without:
        now |= zip((each.pk for each in without), _quotes(order, without), strict=True)
    return [(each.line, now[each.pk]) for each in changed if _differs(each.line, now[each.pk])]


def worked_out(registration: Registration) -> Decimal:
    """What the rules and the clock of its order say of what is known now, also where its price is fixed. No statement
    for an order without rules."""
    order = registration.line.order
    if not order.price_rules:
        return registration.line.amount
    [new] = _quotes(order, [registration])
    return new.price


def is_fixed(order: Order) -> bool:
    """Nothing changes its price any more: it is over, or somebody pays, or has. One statement."""
    if not order.is_unpaid or order.is_overdue:
        return True
    return bool(Payment.objects.filter(order=order, state__in=[*Payment.OPEN, Payment.State.PAID]).exists())


def show(order: Order, lines: Iterable[OrderLine], changed: Sequence[Registration]) -> None:
    """As `price_anew`, but nothing is stored: `lines`, all of the order, and its total say what it would cost."""
    if order.price_rules:
        for each, new in zip(changed, _quotes(order, changed), strict=True):
            _set(each.line, new)
        order.total = sum((line.amount for line in lines if line.cancelled_at is None), NOTHING)


@dataclass(frozen=True)
class PriceChange:
    """What a ticket would cost, were it ordered now."""

    registration: Registration
    new: Quote

    @property
    def old(self) -> Decimal:
        return self.registration.line.amount

    @property
    def gone(self) -> list[str]:
        """What made it cost what it did, and does not any more."""
        now = {each.rule for each in self.new.applied}
        return [each.text for each in self.registration.line.applied if each.rule not in now]

    @property
    def why(self) -> list[str]:
        return [each.text for each in self.new.applied]


def as_of_now(registrations: Sequence[Registration]) -> list[PriceChange]:
    """Those that would cost something else now, by the rules, prices and clock of now: their places were lost. Needs
    `event`, `attraction` and `ticket_type`. One order."""
    if not registrations:
        return []
    event = registrations[0].event
    for each in registrations:
        each.ticket_type.attraction, each.attraction.event = each.attraction, event
    tickets = NewTickets(
        event,
        [each.ticket_type for each in registrations],
        chosen=[chosen_again(each) for each in registrations],
        code=codes.still(event, registrations[0].line.order.code),
        instead_of=registrations[0].line.order_id,
        replaces=registrations[0].replaces_id,
    )
    if tickets.rules:
        prefetch_related_objects(registrations, "basic", "submission", "member", "line__order", "attendee")
        tickets.people = [_who(each) for each in registrations]
    if tickets.pools:
        tickets.places_are_gone()
    found = [PriceChange(each, new) for each, (new, _at) in zip(registrations, tickets.prices, strict=True)]
    # What a person gave a reason for stays.
    return [each for each in found if each.old != each.new.price and not each.registration.line.reason]


def chosen_again(registration: Registration) -> Decimal | None:
    """What the buyer chose, or the lowest price by now."""
    lowest = registration.ticket_type.lowest_price
    return max(lowest, registration.line.price_before) if lowest is not None and registration.line.is_chosen else None


def pools_of_rules(registration: Registration) -> list[Pool]:
    """Those of rules for the first so many that made its price. Needs `line`, `event`. No statement without such."""
    wanted = {each.rule for each in registration.line.applied}
    rules = [rule for rule in price_list.rules_of(registration.event) if rule.id in wanted] if wanted else []
    return list({*price_list.pools_of(rules).values()})


def for_anybody(registration: Registration) -> Quote:
    """By the rules and the clock of its order, but for those about the person. Needs `line__order`."""
    [found] = _quotes(registration.line.order, [registration], of_person=False)
    return found


def _quotes(order: Order, registrations: Sequence[Registration], *, of_person: bool = True) -> list[Quote]:
    """By the rules and the clock of the order. A price that a person gave a reason for stays."""
    rules = keeping.read(order.price_rules or [])
    if not of_person:
        rules = tuple(rule for rule in rules if (known := condition_of(rule)) is None or not known.is_of_person)
    all_of_them = list(Registration.objects.filter(line__order=order).select_related("line").order_by("pk"))
    replaced = [each.replaces_id for each in all_of_them if each.replaces_id]
    number = _people(order, all_of_them)
    again = _registered_again(all_of_them, registrations)
    first = _first(rules, registrations)
    prefetch_related_objects(registrations, "basic", "submission", "member")
    found = []
    for each in registrations:
        each.line.order, each.attraction.event = order, each.event
        mine = [rule for rule in rules if rule.is_for(each.ticket_type_id, each.attraction_id)]
        if each.line.is_chosen:
            mine = [rule for rule in mine if rule.effect.is_on_top]
        facts = facts_of(
            _who(each),
            mine,
            each.attraction,
            number[each.attraction_id],
            frozenset(rule.id for rule in mine if rule.pool in first[each.hold_id]),
            is_again=each.pk in again,
            but=Q(line__order=order) | Q(pk__in=replaced),
        )
        at = each.line.priced_at or order.created_at
        found.append(
            Quote(each.line.amount, each.line.price_before)
            if each.line.is_agreed
            else quote(each.line.price_before, mine, facts, at)
        )
    return found


def _people(order: Order, all_of_them: Sequence[Registration]) -> Counter[int]:
    """By attraction, those of the order: whoever stays in a group keeps its price. Of a team also those of its other
    orders who come; whom its leader took out before it was paid is in it no more, and counts no more."""
    teams = {(each.attraction_id, each.team_id) for each in all_of_them if each.team_id}
    number = Counter(each.attraction_id for each in all_of_them if each.team_id or not teams)
    for attraction, team in teams:
        number[attraction] += Registration.objects.live().filter(team=team).exclude(line__order=order).count()
    return number


def _first(rules: Iterable[Rule], registrations: Iterable[Registration]) -> Mapping[int | None, set[int]]:
    """By hold: the pools of rules in which it has a place. One statement where a rule has a pool."""
    pools = {rule.pool for rule in rules if rule.pool is not None}
    holds = [each.hold_id for each in registrations]
    found: dict[int | None, set[int]] = {hold: set() for hold in holds}
    if pools:
        for hold, pool in Claim.objects.filter(hold__in=holds, pool__in=pools).values_list("hold_id", "pool_id"):
            found[hold].add(pool)
    return found


def _who(registration: Registration) -> Applicant:
    return applicants.applicant_of(registration) if registration.attendee_name else UNKNOWN


def _registered_again(all_of_them: Iterable[Registration], changed: Iterable[Registration]) -> set[int]:
    """Those of the order, by key, with a person who comes on another ticket for the attraction; `changed`, as they are
    now, maybe not stored."""
    now = {each.pk: each for each in changed}
    those = [now.get(each.pk, each) for each in all_of_them if each.line.cancelled_at is None]
    again = are_again(
        (each.attraction_id, each.attendee_name, each.attendee_email, each.attendee_id, each.proved_email)
        for each in those
    )
    return {each.pk for each, is_again in zip(those, again, strict=True) if is_again}


def _differs(line: OrderLine, new: Quote) -> bool:
    return not line.is_agreed and (line.amount != _to_pay(line, new) or line.trace != trace_of(new))


def _to_pay(line: OrderLine, new: Quote) -> Decimal:
    """Less what goes along from another ticket."""
    return max(new.price - line.credit, NOTHING)


def in_full(registration: Registration) -> Decimal:
    """The price without what goes along from another ticket, as it was when somebody began to pay, whatever is known
    since. Where that left nothing to pay, by the rules and the clock of its order, and no more than it."""
    line = registration.line
    if line.amount:
        return line.amount + line.credit
    return min(worked_out(registration) if line.order.price_rules else line.price_before, line.credit)


def _set(line: OrderLine, new: Quote) -> None:
    if not line.is_agreed:
        line.base, line.amount, line.trace = new.base, _to_pay(line, new), trace_of(new)


def rewrite(order: Order, lines: Sequence[OrderLine], tickets: NewTickets) -> None:
    """Of a new order, whose tickets are not all among the first after all."""
    for line, fields in zip(lines, tickets.priced(), strict=True):
        for name, value in fields.items():
            setattr(line, name, value)
    OrderLine.objects.bulk_update(lines, ["base", "amount", "trace", "priced_at"])
    order.recompute_total()


def _write(order: Order, found: Sequence[tuple[OrderLine, Quote]]) -> None:
    """These prices, and the total. Logged."""
    old = {_label(line): line.amount for line, _new in found} | {"total": order.total}
    loaded = {line.pk: line for line in getattr(order, "_prefetched_objects_cache", {}).get("lines", ())}
    for line, price in found:
        _set(line, price)
        _set(loaded.get(line.pk, line), price)
    OrderLine.objects.bulk_update([line for line, _new in found], ["base", "amount", "trace"])
    order.recompute_total()
    instalment_offers.follow(order)
    new = {_label(line): f"{line.amount} ({line.why})" if line.trace else line.amount for line, _new in found}
    audit.log(ACTION, order, old=old, new=new | {"total": order.total})


def _label(line: OrderLine) -> str:
    """Several lines may have the same description."""
    return f"{line.position}. {line.description}"
