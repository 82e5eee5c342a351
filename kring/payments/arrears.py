"""An instalment is overdue: staff gives it another day, or asks for the rest no more. Nothing is cancelled by itself.

Cancelling the order is the verb of any order (`billing.settling.cancel`).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.instalments import PartState, states
from kring.billing.invoicing import crediting
from kring.billing.locking import lock_pk
from kring.billing.models import Order, OrderLine
from kring.core.refusals import Refusal
from kring.organisations.audit import log
from kring.payments import paying

LONGEST = timedelta(days=731)
CENT = Decimal("0.01")


class NothingOpen(Refusal):
    code = "nothing_open"
    message = _("Nothing of this order is open any more.")


class StrangeDay(Refusal):
    status = 422
    code = "strange_day"
    message = _("Give a day from today on, at most two years ahead.")
    field = "due_on"


@transaction.atomic
def extend(order: Order, *, due_on: date, reason: str, by: User | None) -> None:
    """The first instalment that is open, and others that are due earlier than that, are due on this day; the buyer is
    reminded of it anew. Raises StrangeDay, NothingOpen."""
    if not timezone.localdate() <= due_on <= timezone.localdate() + LONGEST:
        raise StrangeDay
    order = lock_pk(order.pk)
    late = open_parts(order)
    if not late:
        raise NothingOpen
    moved = [part for part in late if part is late[0] or part.due_on < due_on]
    old = {"due_on": [str(part.due_on) for part in moved]}
    order.instalments.filter(pk__in=[part.instalment.pk for part in moved]).update(
        due_on=due_on, reminded_before_at=None, reminded_after_at=None
    )
    log("order.instalment_extended", order, old=old, new={"due_on": str(due_on), "reason": reason}, actor=by)


@transaction.atomic
def waive(order: Order, *, reason: str, by: User | None) -> Decimal:
    """The rest of a complete order is not owed any more: its lines cost so much less, each its share, for this reason.

    How much that is. Raises NothingOpen.
    """
    order = lock_pk(order.pk)
    # Not what is retained: no line costs that.
    left = min(paying.left_of(order), order.total)
    if not left or order.state != Order.State.PAID or not order.is_in_instalments:
        raise NothingOpen
    old = order.total
    lines = [line for line in order.lines.all() if line.cancelled_at is None]
    total, done, upto = sum((line.amount for line in lines), Decimal(0)), Decimal(0), Decimal(0)
    for line in lines:
        upto += line.amount
        share = (left * upto / total).quantize(CENT, ROUND_HALF_UP) - done
        done += share
        line.base = line.price_before
        line.amount, line.reason = line.amount - share, reason[:200]
    OrderLine.objects.bulk_update(lines, ["amount", "base", "reason"])
    order.recompute_total()
    settling.settle_what_is_covered(order)
    log("order.rest_waived", order, old={"total": old}, new={"total": order.total, "reason": reason}, actor=by)
    crediting.credit_soon(order)
    return left


def open_parts(order: Order) -> list[PartState]:
    """Of an order that is complete. Two statements."""
    if order.state != Order.State.PAID or not order.is_in_instalments:
        return []
    found = states(order.instalments.all(), order.payments.kept() - order.retained)
    return [part for part in found if part.open]
