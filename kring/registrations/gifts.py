"""A gift on top of an order: a line of its own, which is no ticket (D1).

It is given as long as the order is open, and stays when some of its tickets are cancelled; with the last of them it is
cancelled too. Nothing is deducted from it, and it has no VAT.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import F, Max, OuterRef, Subquery, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.models import User
from kring.billing.fulfilment import Fulfilment, fulfils
from kring.billing.models import Order, OrderLine
from kring.core import money
from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.events.models.offer import MOST_CHOSEN
from kring.events.pricing.quoting import CENT
from kring.organisations import audit
from kring.registrations import instalment_offers, pricing, refusals
from kring.registrations.loaded import Loaded
from kring.registrations.models import Registration

KIND = "gift"


class NoGifts(Refusal):
    status = 400
    code = "no_gifts"
    message = gettext_lazy("No gift is asked for here.")


class StrangeGift(Refusal):
    status = 400
    code = "strange_gift"
    message = gettext_lazy("A gift is an amount up to %(most)s. To give more, please write to the organiser.")


@fulfils(KIND)
class GiftFulfilment(Fulfilment):
    """Nothing is given for it."""

    is_on_top = True
    is_invoiced = False


def give(order: Order, event: Event, amount: Decimal) -> bool:
    """So much on top of this open order, instead of what was given before; 0: nothing. False: it was so.

    Under the order's lock. Raises NoGifts, StrangeGift, and PriceIsBeingPaid once a payment is under way.
    """
    before = OrderLine.objects.filter(order=order, kind=KIND).first()
    if amount == (before.amount if before else 0):
        return False
    if not event.gift_for and amount:
        raise NoGifts
    if not amount.is_finite() or not 0 <= amount <= MOST_CHOSEN or amount != amount.quantize(CENT):
        raise StrangeGift(most=money.say(MOST_CHOSEN, order.currency))
    if pricing.is_fixed(order):
        raise refusals.PriceIsBeingPaid
    if before is None:
        last = OrderLine.objects.filter(order=order).aggregate(last=Max("position"))["last"] or 0
        _made(order, event, amount, position=last + 1).save()
    elif amount:
        before.amount = before.base = amount
        before.save(update_fields=["amount", "base"])
    else:
        before.delete()
    order.recompute_total()
    instalment_offers.follow(order)
    audit.log("order.gift", order, old={"gift": before.amount if before else None}, new={"gift": amount})
    return True


def stays(order: Order, leaving: Collection[Registration], *, goes_back: Decimal, by: User | None) -> None:
    """Who cancels the last tickets by the rule of an event gets back what was shown for the tickets: what was given on
    top of them is kept. Under the order's lock, before they are cancelled."""
    given = gift_of(order)
    keys = [each.pk for each in leaving]
    if (
        given is None
        or Registration.objects.of_order(order).filter(line__cancelled_at=None).exclude(pk__in=keys).exists()
    ):
        return
    amount = min(given.amount, order.payments.kept() - goes_back - order.retained)
    if amount > 0:
        order.retain(amount)
        new = {"amount": amount, "reason": given.description}
        audit.log("order.money_retained", order, new=new, actor=by)


def words_of(event: Event) -> str:
    return (_("Gift: %(what)s") % {"what": event.gift_for})[:300]


def _made(order: Order, event: Event, amount: Decimal, *, position: int) -> OrderLine:
    with translation.override(order.language):
        words = words_of(event)
    return OrderLine(order=order, position=position, kind=KIND, description=words, amount=amount, base=amount)


def for_now(order: Order, event: Event, amount: Decimal) -> OrderLine:
    """As `give`, in this object only."""
    return _made(order, event, amount, position=0)


def of_order(order: str) -> Subquery:
    """For a query: what `read` reads. `order`: the path to its key."""
    rows = OrderLine.objects.filter(order=OuterRef(order), kind=KIND, cancelled_at=None)
    written = JSONObject(amount=Cast(F("amount"), TextField()), description=F("description"))
    return Subquery(rows.values(written=written)[:1])


def read(found: dict[str, str] | None) -> OrderLine | None:
    """The line, not to be saved."""
    if found is None:
        return None
    amount = Decimal(found["amount"])
    return OrderLine(kind=KIND, description=found["description"], amount=amount, base=amount)


def amount_of(registration: Loaded) -> Decimal:
    """Of its order, as it was loaded."""
    return Decimal(registration.gift["amount"]) if registration.gift else Decimal(0)


def gift_of(order: Order) -> OrderLine | None:
    """One statement."""
    found: OrderLine | None = OrderLine.objects.filter(order=order, kind=KIND, cancelled_at=None).first()
    return found
