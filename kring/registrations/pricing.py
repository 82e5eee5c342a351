"""What a ticket costs: the one place where orders, programs and waiting lists ask for a price to sell at (D2).

An order keeps the rules of the moment its places were held, and is worked out by these and by the clock of that moment
alone: what changes its price is what becomes known of its attendees, never a rule that was changed, nor a date that
passed. Once somebody begins to pay, nothing does. When the places are lost, so is the price (`as_of_now`).

The facts are proved ones, of the person who will come, whoever pays (`applicants`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from kring.billing.models import AppliedRule, KeptRule, Order, OrderLine
from kring.events import profession_proofs
from kring.events.eligibility import Applicant
from kring.events.eligibility.deciding import judged_at
from kring.events.models import Attraction, CampaignCode, Event, TicketType
from kring.events.pricing import Applied, Facts, Quote, Rule, choosing, codes, keeping, price_list, quote
from kring.events.pricing.asking import NOBODY, ask, rules_for
from kring.events.pricing.conditions import condition_of
from kring.forms import pesel
from kring.organisations import audit
from kring.payments.models import Payment
from kring.places.models import Claim, Pool
from kring.registrations import applicants, code_uses, member_prices, refusals
from kring.registrations.models import Registration

ACTION = "order.priced_anew"
NOTHING = Decimal(0)
UNKNOWN = Applicant()


@dataclass(frozen=True)
class Promise:
    """Of a waiting list: the prices of ticket types, by key, as they were at that moment."""

    prices: Mapping[int, Decimal]
    at: datetime


@dataclass(frozen=True)
class AgreedPrice:
    """Of each ticket, whatever it costs others: no rule is asked, and the line says `reason`, which keeps it so."""

    price: Decimal
    reason: str


@dataclass
class NewTickets:
    """Tickets that are about to be held, with whom they are for where that is known.

    Each counts as one of the first so many, of rules with a pool, and has the code, until `places_are_gone` says
    otherwise. `chosen`: of each what the buyer pays, None where the price is fixed, or as suggested. Raises what
    `choosing.demand` raises.
    """

    event: Event
    ticket_types: Sequence[TicketType]
    people: Sequence[Applicant] = ()
    promise: Promise | None = None
    agreed: AgreedPrice | None = None
    chosen: Sequence[Decimal | None] = ()
    # By key, the order whose places they would have again.
    instead_of: int | None = None
    # By key, the registration whose ticket they are changed for.
    replaces: int | None = None
    # How many people of their team have tickets already.
    beside: int = 0
    code: CampaignCode | None = None
    now: datetime = field(default_factory=lambda: timezone.now())
    # For each ticket the pools of rules and of the code, by key, in which it is to have a place; and whether that is
    # less than it was.
    first: list[set[int]] = field(init=False)
    are_fewer_first: bool = False

    def __post_init__(self) -> None:
        self.chosen = self.chosen or [None] * len(self.ticket_types)
        for ticket_type, price in zip(self.ticket_types, self.chosen, strict=True):
            if price is not None:
                choosing.demand(ticket_type, price)
        self.first = [self._limited(each) for each in self.ticket_types]
        if self.code and (most := self.code.campaign.tickets_per_order) is not None:
            self._leave_the_code_to(self._best_with_code()[:most])

    def _limited(self, ticket_type: TicketType) -> set[int]:
        found = {rule.pool for rule in self._rules(ticket_type) if rule.pool is not None and rule.pool in self.pools}
        if self.code and self.code.campaign.shows(ticket_type):
            found.add(self.code.pool_id)
        return found

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return () if self.agreed else codes.opened(price_list.rules_of(self.event), self.code)

    @cached_property
    def pools(self) -> Mapping[int, Pool]:
        """By key."""
        of_code = {self.code.pool_id: self.code.pool} if self.code else {}
        return {pool.pk: pool for pool in price_list.pools_of(self.rules).values()} | of_code

    def pools_of(self, number: int) -> Counter[Pool]:
        """The places this ticket is to have in those of rules and of the code, and the cents of the code's money."""
        found = Counter({self.pools[key]: 1 for key in sorted(self.first[number])})
        if self.code and (cents := self.cents_off(number)):
            found[self.code.campaign.money] = cents
        return found

    @property
    def wants_code(self) -> bool:
        """Whether the code is for any of these tickets, be there something left of it or not."""
        return self.code is not None and any(self.code.pool_id in self._limited(each) for each in self.ticket_types)

    def has_code(self, number: int) -> bool:
        return self.code is not None and self.code.pool_id in self.first[number]

    def cents_off(self, number: int) -> int:
        """What the code takes off this ticket."""
        return code_uses.cents_off(self.prices[number][0].applied, self.rules) if self.has_code(number) else 0

    def _best_with_code(self) -> list[int]:
        """The tickets that have the code, those first for which it does most."""
        mine = [number for number in range(len(self.first)) if self.has_code(number)]
        return sorted(mine, key=self.cents_off, reverse=True)

    def _leave_the_code_to(self, numbers: Iterable[int]) -> None:
        assert self.code is not None
        for number in set(range(len(self.first))) - set(numbers):
            self.first[number].discard(self.code.pool_id)
        self.__dict__.pop("prices", None)

    def places_are_gone(self) -> bool:
        """Fewer are left in the pools of rules and of the code than these tickets want: the last ones do without, of
        the code those for which it does least. False: enough are."""
        before = sum(map(len, self.first))
        money = self.code.campaign.money_id if self.code else None
        left = {pool.pk: pool.left for pool in Pool.objects.filter(pk__in=[*self.pools, *([money] if money else [])])}
        for key in self.pools:
            mine = self._best_with_code() if self.code and key == self.code.pool_id else self._with_place_in(key)
            if (there := left.get(key, 0)) is not None:
                for number in mine[max(there, 0) :]:
                    self.first[number].discard(key)
        self.__dict__.pop("prices", None)
        if money and (cents := left[money]) is not None:
            self._stay_within(cents)
        is_less = sum(map(len, self.first)) < before
        return is_less and self._are_fewer()

    def _with_place_in(self, pool: int) -> list[int]:
        return [number for number, first in enumerate(self.first) if pool in first]

    def _stay_within(self, cents: int) -> None:
        kept = []
        for number in self._best_with_code():
            if (wanted := self.cents_off(number)) <= cents:
                kept.append(number)
                cents -= wanted
        self._leave_the_code_to(kept)

    def no_more_first(self) -> None:
        for first in self.first:
            first.clear()
        self._are_fewer()

    def _are_fewer(self) -> bool:
        self.__dict__.pop("prices", None)
        self.are_fewer_first = True
        return True

    @cached_property
    def prices(self) -> list[tuple[Quote, datetime]]:
        """Of each ticket, with the moment by whose clock it is: what was promised, unless it costs less today."""
        number = Counter(each.attraction_id for each in self.ticket_types)
        number += Counter(dict.fromkeys(number, self.beside))
        people = self.people or [UNKNOWN] * len(self.ticket_types)
        again = _again(
            (each.attraction_id, who.name, who.email, who.user and who.user.pk, who.is_email_proved)
            for each, who in zip(self.ticket_types, people, strict=True)
        )
        return [
            self._price(
                each, self._facts(each, who, number[each.attraction_id], frozenset(first), is_again=is_again), chosen
            )
            for each, who, first, is_again, chosen in zip(
                self.ticket_types, people, self.first, again, self.chosen, strict=True
            )
        ]

    def _facts(
        self, ticket_type: TicketType, who: Applicant, number: int, first: frozenset[int], *, is_again: bool
    ) -> Facts:
        if not self.rules:
            return NOBODY
        mine = self._rules(ticket_type)
        given = frozenset(rule.id for rule in mine if rule.pool in first)
        but = Q(line__order=self.instead_of) | Q(pk=self.replaces)
        return _facts(who, mine, ticket_type.attraction, number, given, is_again=is_again, but=but)

    def _price(self, ticket_type: TicketType, facts: Facts, chosen: Decimal | None) -> tuple[Quote, datetime]:
        today = ask(ticket_type, self.rules, facts, self.now, chosen=chosen), self.now
        if self.agreed is not None:
            return Quote(self.agreed.price, today[0].base), self.now
        if (
            ticket_type.lets_choose
            or self.promise is None
            or (promised := self.promise.prices.get(ticket_type.pk)) is None
        ):
            return today
        then = ask(ticket_type, self.rules, facts, self.promise.at, promised=promised), self.promise.at
        return min(then, today, key=lambda found: found[0].price)

    def _rules(self, ticket_type: TicketType) -> list[Rule]:
        return rules_for(ticket_type, self.rules)

    @property
    def total(self) -> Decimal:
        return sum((price.price for price, _at in self.prices), NOTHING)

    def priced(self) -> list[dict[str, object]]:
        """The fields of each line."""
        return [
            {
                "base": price.base,
                "amount": price.price,
                "trace": trace_of(price),
                "priced_at": None if at == self.now else at,
                "reason": self.agreed.reason if self.agreed else "",
                "is_chosen": each.lets_choose and self.agreed is None,
            }
            for each, (price, at) in zip(self.ticket_types, self.prices, strict=True)
        ]

    @property
    def kept_rules(self) -> list[keeping.KeptPriceRule]:
        """For `Order.price_rules`: those for its tickets."""
        mine = {rule.id for each in self.ticket_types for rule in self._rules(each)}
        return keeping.as_kept(rule for rule in self.rules if rule.id in mine)


def of_each(event: Event, ticket_types: Sequence[TicketType], promise: Promise | None = None) -> list[Decimal]:
    """What one ticket of each costs somebody of whom nothing is known yet, with what they were promised."""
    alone = [NewTickets(event, [each], promise=promise) for each in ticket_types]
    for each in alone:
        if each.pools:
            each.places_are_gone()
    return [each.total for each in alone]


def ask_now(
    event: Event,
    ticket_types: Sequence[TicketType],
    people: Sequence[Applicant],
    chosen: Sequence[Decimal | None] = (),
    code: CampaignCode | None = None,
) -> list[Quote]:
    """What an order of these would cost, were it made now for these people. Needs `attraction` with its event. Raises
    what `choosing.demand` raises."""
    tickets = NewTickets(event, ticket_types, people, chosen=chosen, code=code)
    if tickets.pools:
        tickets.places_are_gone()
    return [price for price, _at in tickets.prices]


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
        facts = _facts(
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


def _again(people: Iterable[tuple[int, str, str, object, object]]) -> list[bool]:
    """Whether this person, by name and address, and known in the same way (the last two), has a ticket for this
    attraction before: one member is one person."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for attraction, name, email, *known in people:
        who = attraction, " ".join(name.casefold().split()), email, *known
        found.append(who in seen and bool(name or email))
        seen.add(who)
    return found


def _registered_again(all_of_them: Iterable[Registration], changed: Iterable[Registration]) -> set[int]:
    """Those of the order, by key, with a person who comes on another ticket for the attraction; `changed`, as they are
    now, maybe not stored."""
    now = {each.pk: each for each in changed}
    those = [now.get(each.pk, each) for each in all_of_them if each.line.cancelled_at is None]
    again = _again(
        (each.attraction_id, each.attendee_name, each.attendee_email, each.attendee_id, each.proved_email)
        for each in those
    )
    return {each.pk for each, is_again in zip(those, again, strict=True) if is_again}


def _facts(
    who: Applicant,
    rules: Sequence[Rule],
    attraction: Attraction,
    number: int,
    first: frozenset[int],
    *,
    is_again: bool,
    but: Q,
) -> Facts:
    """What rules ask for that needs statements is asked only where there are such. `is_again`: `_again`.
    `but`: the registrations that are these, or go with them."""
    conditions = {rule.condition for rule in rules}
    profession = who.profession or who.answer("profession")
    is_counted = (
        "profession" in conditions
        and profession != ""
        and profession_proofs.is_proven(profession, user=who.user, email=who.email, is_email_proved=who.is_email_proved)
    )
    return Facts(
        profession=profession if is_counted else "",
        is_member=member_prices.CONDITION in conditions
        and not is_again
        and member_prices.counts(who, attraction, but=but),
        birth_date=pesel.born(who.answers),
        first_day=judged_at(attraction, who).at,
        answers=who.answers,
        people=number,
        pools=first,
        codes=first,
    )


def trace_of(price: Quote) -> list[KeptRule]:
    return [_kept(each).as_kept() for each in price.applied]


def _kept(applied: Applied) -> AppliedRule:
    return AppliedRule(applied.rule, applied.words, applied.amount)


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
    new = {_label(line): f"{line.amount} ({line.why})" if line.trace else line.amount for line, _new in found}
    audit.log(ACTION, order, old=old, new=new | {"total": order.total})


def _label(line: OrderLine) -> str:
    """Several lines may have the same description."""
    return f"{line.position}. {line.description}"
