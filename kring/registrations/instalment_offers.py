"""In which parts an order may be paid, by the plans of its attractions (R8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from django.utils import timezone

from kring.billing import instalments
from kring.billing.instalments import Part
from kring.billing.models import Order
from kring.events.models import Attraction, PlannedInstalment
from kring.organisations.current import current_organisation
from kring.registrations.models import Registration

CENT, NOTHING = Decimal("0.01"), Decimal(0)


def offered(order: Order, registrations: Sequence[Registration]) -> list[Part]:
    """The deposit and the parts after it; none where it is only paid at once. Of an order for which something has come
    in already, or is under way, those that were chosen.

    No statement where no attraction has a plan. Needs `line`, `attraction` and `event` of each.
    """
    if order.is_in_instalments and order.payments.exclude(state__in=["failed", "cancelled"]).exists():
        return instalments.parts_of(order)
    plans = {each.attraction_id: each.attraction for each in registrations if each.attraction.deposit is not None}
    if not plans or any(each.replaces_id for each in registrations):
        return []
    rows = PlannedInstalment.objects.filter(attraction__in=plans)
    event = registrations[0].event
    later = [(each.attraction_id, each.percent, each.day(event)) for each in rows]
    today = timezone.localdate(timezone.now(), current_organisation().zone)
    return split(order.total, prices_of(registrations), plans, later, today)


def follow(order: Order) -> None:
    """Its price has changed, and nobody pays yet: the parts that were chosen are worked out anew, with the deposit of
    the new price; at once where it has none. No statement where it is to be paid at once."""
    if order.is_in_instalments:
        rows = Registration.objects.of_order(order).filter(line__cancelled_at=None)
        instalments.choose(order, offered(order, list(rows.select_related("line", "attraction", "event"))))


def prices_of(registrations: Iterable[Registration]) -> list[tuple[int, Decimal]]:
    """(attraction, price) of each ticket that stands."""
    return [(each.attraction_id, each.line.amount) for each in registrations if each.line.cancelled_at is None]


def split(
    total: Decimal,
    prices: Sequence[tuple[int, Decimal]],
    plans: dict[int, Attraction],
    later: Iterable[tuple[int, Decimal, date]],
    today: date,
) -> list[Part]:
    """The `total` in parts that add up to it. What no plan covers is paid with the deposit, and so is what would have
    been due by today. `later`: (attraction, per cent of what is left after its deposit, day), in the order of the plan.
    """
    rests = {key: _rest(plan, [price for each, price in prices if each == key]) for key, plan in plans.items()}
    done: defaultdict[int, Decimal] = defaultdict(Decimal)
    given: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
    for key, percent, day in later:
        # Rounded as a sum, so that no cent is lost.
        done[key] += percent
        upto = (rests[key] * done[key] / 100).quantize(CENT, ROUND_HALF_UP)
        if day > today:
            by_day[day] += upto - given[key]
        given[key] = upto
    parts = [Part(amount, day) for day, amount in sorted(by_day.items()) if amount]
    deposit = total - sum((part.amount for part in parts), NOTHING)
    return [Part(deposit, today), *parts] if parts and deposit > 0 else []


def _rest(plan: Attraction, prices: Sequence[Decimal]) -> Decimal:
    """What is left of these tickets after the deposit."""
    deposit = plan.deposit or NOTHING
    if plan.deposit_is_percent:
        whole = sum(prices, NOTHING)
        return whole - (whole * deposit / 100).quantize(CENT, ROUND_HALF_UP)
    return sum((price - min(deposit, price) for price in prices), NOTHING)


def digest(parts: Sequence[Part]) -> str:
    """The buyer agrees to the parts that were shown, and to no others."""
    return sha256(repr([(str(part.amount), part.due_on) for part in parts]).encode()).hexdigest()[:16]
