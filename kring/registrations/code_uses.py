"""Codes that tickets were ordered with (D2).

A ticket with a code has a place in the code's pool, and of the money of its campaign as many cents as the code takes
off: both are claims of its hold, taken and given back with its own place. Its `CodeUse` stays, for statistics and for
the limit of each person.

How often a person may use codes is asked of the buyer's address. A typed one may be anybody's: it counts all orders
with it; one that is proved counts only those whose buyer proved it too. So nobody uses up what is somebody else's. Who
types another address each time is stopped by the other limits: where that matters, codes for one ticket each are made.

Locks: the order, those of `member_prices`, then `code:<digest>` of campaign and person, then holds and pools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kring.billing.models import AppliedRule, Order
from kring.core import locks
from kring.core.addresses import mailbox
from kring.events.models import CampaignCode
from kring.events.pricing import Applied, Quote, Rule
from kring.events.pricing.conditions.code import Code
from kring.places import claiming
from kring.places.models import Hold, Pool
from kring.places.refusals import SoldOut
from kring.registrations import refusals
from kring.registrations.models import CodeUse, Registration

if TYPE_CHECKING:
    from kring.registrations.new_tickets import NewTickets


# Of registrations that count: in the test mode of a provider nothing was paid.
DONE = Q(registration__state=Registration.State.COMPLETED, registration__line__order__is_test=False)


def cents_off(applied: Iterable[Applied | AppliedRule], rules: Iterable[Rule]) -> int:
    """What the rules of the code take off; 0 where they add something."""
    mine = {rule.id for rule in rules if rule.condition == Code.key}
    return max(0, -int(sum(each.amount for each in applied if each.rule in mine) * 100))


class CodeOutcome(StrEnum):
    """What a code does to the price of an order."""

    ALL = "all"
    SOME = "some"
    # Another price is better.
    NOT_NEEDED = "not_needed"
    # It is about other ticket types.
    NOT_FOR_THESE = "not_for_these"


def outcome(order: Order, registrations: Sequence[Registration]) -> CodeOutcome:
    """Of an order with a code, as its lines stand. Needs `line` and `ticket_type`."""
    mine = {rule["id"] for rule in order.price_rules if rule["condition"] == Code.key}
    cheaper = [each for each in registrations if any(applied.rule in mine for applied in each.line.applied)]
    shown = [each for each in registrations if each.ticket_type.only_with_code]
    if not mine and not shown:
        return CodeOutcome.NOT_FOR_THESE
    if mine and not cheaper:
        return CodeOutcome.NOT_NEEDED
    return CodeOutcome.ALL if len({*cheaper, *shown}) == len(registrations) else CodeOutcome.SOME


def note(code: CampaignCode, registrations: Sequence[Registration], tickets: NewTickets) -> None:
    """Of a new order: the tickets that have the code, each with what it takes off. One statement.

    Raises CodeUsedUp where somebody was faster: for none of them is anything left of it, or for one that is sold only
    with a code.
    """
    with_code = {number: each for number, each in enumerate(registrations) if tickets.has_code(number)}
    needed = {number for number, each in enumerate(tickets.ticket_types) if code.campaign.shows(each)}
    if needed - with_code.keys() or (tickets.wants_code and not with_code):
        raise refusals.CodeUsedUp
    CodeUse.objects.bulk_create(
        CodeUse(registration=each, code=code, given=Decimal(tickets.cents_off(number)) / 100)
        for number, each in with_code.items()
    )


def count_for_person(order: Order, email: str, *, is_proved: bool) -> None:
    """Raises CodeUsedByPerson. No statement for an order without a code, one where no limit is set."""
    uses = list(_of(order).select_related("code__campaign")) if order.code else []
    campaign = uses[0].code.campaign if uses else None
    if campaign is None or campaign.tickets_per_person is None:
        return
    person = salted_hmac("kring.registrations.codes", f"{campaign.pk} {mailbox(email)}", algorithm="sha256").hexdigest()
    person = person[:32]
    locks.lock([f"code:{person}"])
    others = CodeUse.objects.filter(held() | DONE, person=person).exclude(registration__line__order=order)
    if is_proved:
        others = others.filter(is_proved=True)
    if others.count() + len(uses) > campaign.tickets_per_person:
        raise refusals.CodeUsedByPerson(most=campaign.tickets_per_person)
    _of(order).update(person=person, is_proved=is_proved)


def _of(order: Order) -> QuerySet[CodeUse]:
    return CodeUse.objects.filter(registration__line__order=order, registration__state__in=Registration.LIVE)


def held() -> Q:
    """Of tickets in orders that are under way."""
    until = "registration__line__order__expires_at"
    is_in_time = Q((until, None)) | Q((f"{until}__gt", timezone.now()))
    return Q(registration__state__in=Registration.UNPAID) & is_in_time


def lock_pools(order: Order) -> None:
    """Before places of choices are taken: the answers may change what the code takes off, and an order through the API
    has its code and money first. No statement for an order without a code."""
    if order.code:
        mine = [rule for rule in order.price_rules if rule.get("money") is not None]
        claiming.lock(key for rule in mine for key in (rule["pool"], rule.get("money")) if key is not None)


def follow(registration: Registration, new: Quote, rules: Sequence[Rule]) -> bool:
    """The code takes off something else now: as much money of its campaign is taken. False where there is not so much:
    then the ticket has the code no more.

    Under the order's lock. Raises CodeUsedUp for a ticket that is sold only with a code.
    """
    old, now = (cents_off(each.applied, rules) for each in (registration.line, new))
    if old == now:
        return True
    mine = next(rule for rule in rules if rule.money is not None)
    money, hold = Pool(pk=mine.money), Hold(pk=registration.hold_id)
    uses = CodeUse.objects.filter(registration=registration)
    try:
        claiming.exchange(hold, given=[money] * (old - now), taken=[money] * (now - old))
    except SoldOut:
        if registration.ticket_type.only_with_code:
            raise refusals.CodeUsedUp from None
        claiming.exchange(hold, given=[Pool(pk=mine.pool), *([money] * old)])
        uses.delete()
        return False
    uses.update(given=Decimal(now) / 100)
    return True


def give_back_unneeded(order: Order, registrations: Sequence[Registration]) -> None:
    """Bought: where another price was better the code was not needed, and may be used again. No statement for an order
    without a code, one where all were needed."""
    if not order.code:
        return
    mine = {rule["id"] for rule in order.price_rules if rule["condition"] == Code.key}
    uses = CodeUse.objects.filter(registration__in=registrations).select_related("code")
    by_key = {each.pk: each for each in registrations}
    for use in uses:
        ticket = by_key[use.registration_id]
        if ticket.ticket_type.only_with_code or any(each.rule in mine for each in ticket.line.applied):
            continue
        claiming.give_back(Hold(pk=ticket.hold_id), [Pool(pk=use.code.pool_id)])
        use.delete()


def pools_of(registrations: Sequence[Registration], order: Order) -> dict[int, Counter[Pool]]:
    """What each of them had of its code and takes again, by key. One statement for an order with a code."""
    found: dict[int, Counter[Pool]] = {}
    if order.code:
        rows = CodeUse.objects.filter(registration__in=registrations)
        for use in rows.select_related("code__pool", "code__campaign__money"):
            money = {use.code.campaign.money: int(use.given * 100)} if use.given else {}
            found[use.registration_id] = Counter({use.code.pool: 1} | money)
    return found
