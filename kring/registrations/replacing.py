"""The fulfilment of a changed ticket: complete, it takes the place of the one there was (R6).

In one transaction: the old code is given up, the places both need go over, what was paid for the old ticket goes along
as a refund there and a payment here, and the old one is cancelled. Money that comes when that is impossible leaves the
new order undecided, as late money does; the old ticket stays as it is.

Locks: the new order, the old one, the old ticket, both holds in the order of their keys, pools.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.billing import settling
from kring.billing.fulfilment import fulfils
from kring.billing.locking import lock_pk
from kring.billing.models import Order, OrderLine
from kring.organisations import audit
from kring.payments import carrying
from kring.places import claiming
from kring.places.models import Claim, Hold
from kring.registrations import changing, gifts, pricing, tickets
from kring.registrations.booking import pools_of
from kring.registrations.fulfilment import RegistrationFulfilment
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.own_cancelling import paid_for

ACTION = "registration.changed"
RELATED = ("event__pool", "attraction__pool", "ticket_type__pool", "line", "hold", "attendee")


class _Gone(Exception):
    """The present ticket cannot be replaced any more."""


@fulfils(changing.KIND)
class ChangeFulfilment(RegistrationFulfilment):
    def secure(self, order: Order, lines: Sequence[OrderLine], *, by_hand: bool = False) -> bool:
        try:
            with transaction.atomic():
                old = _old(lines)
                Hold.objects.filter(pk__in=_holds(old, lines)).order_by("pk").select_for_update().count()
                if not super().secure(order, lines, by_hand=by_hand):
                    raise _Gone
                _give_up(old, lines[0])
                _take_places(old, _new(lines))
        except _Gone:
            return False
        return True

    def paid(self, order: Order, lines: Sequence[OrderLine]) -> None:
        old, [line] = _old(lines), lines
        before = old.line.order
        credit = paid_for(old)
        new = _new(lines)
        line.amount, line.credit, line.reason = pricing.in_full(new), Decimal(0), ""
        line.save(update_fields=["amount", "credit", "reason"])
        order.recompute_total()
        carrying.carry_over(before, order, amount=credit)
        super().paid(order, lines)
        with translation.override(before.language):
            reason = _("Changed for another ticket: order %(number)s") % {"number": order.number}
        gifts.stays(before, [old], goes_back=Decimal(0), by=None)
        settling.cancel_lines([old.line], reason=reason, is_notified=True)
        log = {"ticket": line.description, "order": order.number, "amount": line.amount}
        audit.log(ACTION, old, old={"ticket": old.line.description, "amount": old.line.amount}, new=log)

    def is_kept_open(self, order: Order) -> bool:
        """No email says that it expired: the present ticket is as it was."""
        return True


def _new(lines: Sequence[OrderLine]) -> Registration:
    found: Registration = Registration.objects.select_related("line__order", *RELATED).get(line__in=lines)
    return found


def _old(lines: Sequence[OrderLine]) -> Registration:
    """With its order locked. Raises _Gone where it is no longer there, or costs something else."""
    row = Registration.objects.filter(replaced_by__line__in=lines).values_list("pk", "line__order").first()
    if row is None:
        raise _Gone
    pk, order = row
    locked = lock_pk(order)
    old: Registration = Registration.objects.select_related(*RELATED).get(pk=pk)
    old.line.order = locked
    return old


def _holds(old: Registration, lines: Sequence[OrderLine]) -> list[int]:
    rows = Registration.objects.filter(line__in=lines).values_list("hold_id", flat=True)
    return [key for key in (old.hold_id, *rows) if key is not None]


def _give_up(old: Registration, line: OrderLine) -> None:
    """Its code, and with it the right to enter: the door changes this row too. Raises _Gone."""
    if old.state != Registration.State.COMPLETED or paid_for(old) < line.credit:
        raise _Gone
    ticket = Ticket.objects.filter(registration=old).first()
    if ticket is None:
        raise _Gone
    had = ticket.holder_number
    if not tickets.issue_anew(ticket, old.attendee_id or tickets.NOBODY):
        raise _Gone
    TicketChange.objects.create(
        ticket=ticket,
        holder_number=had,
        kind=TicketChange.Kind.CHANGED,
        former=old.attendee,
        price=old.line.amount,
        returned=max(paid_for(old) - pricing.in_full(_new([line])), Decimal(0)),
    )


def _take_places(old: Registration, new: Registration) -> None:
    """Those both need, which the new one did not take: given back and taken with the pools locked, so that nobody comes
    between. They may be kept for those who wait: it is no other place."""
    assert old.hold is not None and new.hold is not None
    has = set(Claim.objects.filter(hold=new.hold).values_list("pool_id", flat=True))
    wanted = [pool for pool in pools_of(new.ticket_type, new.event) if pool.pk not in has]
    claiming.lock([*Claim.objects.filter(hold=old.hold).values_list("pool_id", flat=True), *wanted])
    claiming.release([old.hold.pk])
    if wanted:
        Hold.objects.filter(pk=new.hold.pk).update(from_queue=True)
        claiming.exchange(new.hold, taken=wanted)
        Hold.objects.filter(pk=new.hold.pk).update(from_queue=new.hold.from_queue, exchanged_at=timezone.now())
