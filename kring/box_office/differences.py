"""The price for somebody who cannot show what a price rule was for, such as a student card (D2, D4).

What rules about the person took off is paid after all. An early bird, a group or a meal has nothing to show: the price
is worked out by these rules alone, also by one that had lost to the student's. The log keeps the rules; the difference
is a payment of its own, with a receipt. Locks: the shift, then the order.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import AppliedRule, Order, OrderLine
from kring.box_office import kinds, refusals
from kring.box_office.models import Shift, Taking
from kring.box_office.selling import demand_seller, take
from kring.box_office.shifts import lock_open
from kring.core.transactions import in_transaction
from kring.events.pricing import keeping
from kring.events.pricing.conditions import condition_of
from kring.organisations import audit
from kring.registrations import pricing
from kring.registrations.models import Registration
from kring.registrations.new_tickets import trace_of


def difference_of(registration: Registration) -> Decimal:
    """What it costs whoever shows nothing above its price, as long as nobody has paid it; 0: nothing. Needs
    `line__order`, `event` and `attraction`. No statement where no rule about a person made the price."""
    if not _to_be_shown(registration.line):
        return Decimal(0)
    return max(pricing.for_anybody(registration).price - registration.line.amount, Decimal(0))


def _to_be_shown(line: OrderLine) -> list[AppliedRule]:
    rules = keeping.read(line.order.price_rules) if line.trace else ()
    keys = {rule.id for rule in rules if (known := condition_of(rule)) and known.is_of_person}
    return [each for each in line.applied if each.rule in keys and each.amount < 0]


@in_transaction
def take_difference(shift: Shift, registration: Registration, *, kind: int, seen: Decimal, by: User) -> Taking:
    """Of a paid ticket, as much as was `seen` when the page was loaded. Of two desks one takes it.

    Raises ShiftClosed, NotYourShift, UnknownKind, and NoDifference where there is none (any more).
    """
    shift = lock_open(shift)
    demand_seller(shift, by)
    found = kinds.to_sell_as(kind)
    if found.is_free:
        raise refusals.UnknownKind
    order = lock_pk(registration.line.order_id)
    registration = Registration.objects.select_related("line", "event", "attraction").get(pk=registration.pk)
    line = registration.line
    line.order = order
    amount = difference_of(registration)
    if order.state != Order.State.PAID or line.cancelled_at or not amount or amount != seen:
        raise refusals.NoDifference
    gone = _to_be_shown(line)
    old = {"amount": line.amount, "rules": [each.text for each in gone]}
    with translation.override(order.language):
        reason = _("Full price: the difference was paid at the box office")
    line.trace = trace_of(pricing.for_anybody(registration))
    line.amount, line.reason = line.amount + amount, reason[:200]
    line.save(update_fields=["amount", "trace", "reason"])
    order.recompute_total()
    payment = take(shift, order, found, amount=amount, by=by)
    new = {"amount": line.amount, "shift": shift.number, "kind": found.name}
    audit.log("order.difference_taken", order, old=old, new=new, actor=by)
    taking: Taking = payment.takings.get()
    return taking
