"""The price without price rules, for somebody who cannot show what they were for, such as a student card (D2, D4).

The line then costs what it would have cost, with no rule in it; the log keeps the rules. The difference is a payment of
its own, with a receipt. Locks: the shift, then the order.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order, OrderLine
from kring.box_office import refusals
from kring.box_office.models import SaleKind, Shift, Taking
from kring.box_office.selling import demand_seller, take
from kring.box_office.shifts import lock_open
from kring.core.transactions import in_transaction
from kring.organisations import audit
from kring.registrations.models import Registration


def difference_of(line: OrderLine) -> Decimal:
    """What price rules took off, as long as nobody has paid it; 0: nothing."""
    return max(line.price_before - line.amount, Decimal(0)) if line.trace else Decimal(0)


@in_transaction
def take_difference(shift: Shift, registration: Registration, *, kind: int, seen: Decimal, by: User) -> Taking:
    """Of a paid ticket, as much as was `seen` when the page was loaded. Of two desks one takes it.

    Raises ShiftClosed, NotYourShift, UnknownKind, and NoDifference where there is none (any more).
    """
    shift = lock_open(shift)
    demand_seller(shift, by)
    found = SaleKind.objects.filter(pk=kind, is_active=True).exclude(takes=SaleKind.Takes.NOTHING).first()
    if found is None:
        raise refusals.UnknownKind
    order = lock_pk(registration.line.order_id)
    line = OrderLine.objects.get(pk=registration.line_id)
    amount = difference_of(line)
    if order.state != Order.State.PAID or line.cancelled_at or not amount or amount != seen:
        raise refusals.NoDifference
    old = {"amount": line.amount, "rules": [each.text for each in line.applied]}
    with translation.override(order.language):
        reason = _("Full price: the difference was paid at the box office")
    line.amount, line.trace, line.reason = line.price_before, [], reason[:200]
    line.save(update_fields=["amount", "trace", "reason"])
    order.recompute_total()
    payment = take(shift, order, found, amount=amount, by=by)
    new = {"amount": line.amount, "shift": shift.number, "kind": found.name}
    audit.log("order.difference_taken", order, old=old, new=new, actor=by)
    taking: Taking = payment.takings.get()
    return taking
