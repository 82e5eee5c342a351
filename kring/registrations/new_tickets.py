"""Tickets that are about to be held, and what they cost: the one place where orders, programs and waiting lists ask for
a price to sell at (D2).

The facts are proved ones, of the person who will come, whoever pays (`applicants`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from kring.billing.models import AppliedRule, KeptRule
from kring.events import profession_proofs
from kring.events.eligibility import Applicant
from kring.events.eligibility.deciding import judged_at
from kring.events.models import Attraction, CampaignCode, Event, TicketType
from kring.events.pricing import Applied, Facts, Quote, Rule, choosing, codes, keeping, price_list
from kring.events.pricing.asking import NOBODY, ask, rules_for
from kring.forms import pesel
from kring.places.models import Pool
from kring.registrations import code_uses, member_prices

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
        again = are_again(
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
        return facts_of(who, mine, ticket_type.attraction, number, given, is_again=is_again, but=but)

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


def are_again(people: Iterable[tuple[int, str, str, object, object]]) -> list[bool]:
    """Whether this person, by name and address, and known in the same way (the last two), has a ticket for this
    attraction before: one member is one person."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for attraction, name, email, *known in people:
        who = attraction, " ".join(name.casefold().split()), email, *known
        found.append(who in seen and bool(name or email))
        seen.add(who)
    return found


def facts_of(
    who: Applicant,
    rules: Sequence[Rule],
    attraction: Attraction,
    number: int,
    first: frozenset[int],
    *,
    is_again: bool,
    but: Q,
) -> Facts:
    """What rules ask for that needs statements is asked only where there are such. `is_again`: `are_again`.
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
