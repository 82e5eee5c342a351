"""A transfer that arrived is booked on one or several orders by the treasurer: too little, too much, for two at once.

Locks: what arrived, the orders in the order of their keys, then their payments.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing.locking import ours, rows_to_lock
from kring.billing.models import Order
from kring.core import locks, money
from kring.core.integrity_errors import violated_constraint
from kring.core.refusals import Refusal, WrongState
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import by_hand, paying, refusals
from kring.payments.beginning import new_reference
from kring.payments.models import KEPT, IncomingTransfer, Payment, TransferShare

METHOD = "transfer"
MOST_PROPOSED, SHORTEST_NAME = 20, 3
NUMBER = re.compile(r"[A-Z0-9]{8}")


class NotAllOfIt(Refusal):
    status = 422
    code = "not_all_of_it"
    message = _("The parts come to %(parts)s, and %(amount)s arrived: %(difference)s is not divided yet.")


class BookedAlready(Refusal):
    code = "transfer_booked_already"
    message = _(
        "A transfer with this amount, day, name and reference has been booked before. If the statement has it twice, "
        "say so below."
    )
    field = "is_another"


class UnknownOrder(Refusal):
    status = 422
    code = "unknown_order"
    message = _("There is no order %(number)s.")


@dataclass(frozen=True)
class Arrived:
    """As the bank statement says."""

    amount: Decimal
    arrived_on: date
    payer_name: str = ""
    reference: str = ""

    @property
    def words(self) -> str:
        return ": ".join(filter(None, (self.payer_name, self.reference)))


@dataclass(frozen=True)
class Proposal:
    """An order that the transfer may be for, and what is open of it. `is_named`: the reference names it."""

    order: Order
    open: Decimal
    is_named: bool


def proposals(arrived: Arrived) -> list[Proposal]:
    """Those whose number the reference has come first, then those with this buyer, or this amount. Two statements."""
    numbers = _numbers(arrived.reference)
    waiting = Payment.objects.open().filter(order=OuterRef("pk"), amount=arrived.amount)
    names = [word for word in arrived.payer_name.split() if len(word) >= SHORTEST_NAME]
    may_be: list[Q] = [Q(total=arrived.amount), Q(Exists(waiting)), *(Q(buyer_name__icontains=word) for word in names)]
    is_open = Q(state__in=[Order.State.AWAITING_PAYMENT, Order.State.OPEN], expires_at__gt=timezone.now())
    is_open |= Q(state=Order.State.PAID, next_due_on__isnull=False) | Q(state=Order.State.AWAITING_PAYMENT)
    found = Order.objects.filter(Q(number__in=numbers) | is_open & reduce(or_, may_be))
    rows = found.exclude(is_test=True).exclude(buyer_email="").order_by("-created_at")[: 5 * MOST_PROPOSED]
    orders = list(rows)
    left = open_of(orders)
    each = [Proposal(order, left[order.pk], order.number in numbers) for order in orders]
    ranked = sorted(each, key=lambda one: (not one.is_named, one.open != arrived.amount))
    return ranked[:MOST_PROPOSED]


def open_of(orders: Collection[Order]) -> dict[int, Decimal]:
    """By key, what is open of it. One statement."""
    paid = Payment.objects.filter(order__in=[each.pk for each in orders], state=Payment.State.PAID).order_by()
    kept = {row["order"]: row["kept"] for row in paid.values("order").annotate(kept=Sum(KEPT))}
    return {each.pk: max(each.owed - kept.get(each.pk, Decimal(0)), Decimal(0)) for each in orders}


def suggested(arrived: Arrived, found: list[Proposal]) -> dict[str, Decimal]:
    """By number, how much of it: of the orders that are named each what is open, and the last all that is left."""
    left, shares = arrived.amount, dict[str, Decimal]()
    named = [each for each in found if each.is_named]
    chosen = named or [each for each in found if each.open == arrived.amount][:1]
    for each in chosen:
        if (part := min(left, each.open)) > 0:
            shares[each.order.number] = part
            left -= part
    if left and chosen:
        last = chosen[-1].order.number
        shares[last] = shares.get(last, Decimal(0)) + left
    return shares


@transaction.atomic
def book(
    arrived: Arrived, shares: Mapping[str, Decimal], *, key: str, by: User | None, is_another: bool = False
) -> IncomingTransfer | None:
    """By the numbers of orders, how much of it each gets; together all of it. What an order gets beyond what is open of
    it is kept as its surplus, to be refunded.

    None: this form was booked before. Raises NoAmount, NotAllOfIt, UnknownOrder, and BookedAlready for one that looks
    the same as another one, unless it `is_another`: two treasurers read the same statement.
    """
    for amount in (arrived.amount, *shares.values()):
        refusals.refuse_bad_amount(amount)
    _demand_all(arrived, sum(shares.values(), Decimal(0)))
    locks.lock([f"incoming transfer {arrived}"])
    if not is_another and IncomingTransfer.objects.filter(**vars(arrived)).exclude(key=key).exists():
        raise BookedAlready
    try:
        with transaction.atomic():
            transfer = IncomingTransfer.objects.create(**vars(arrived), key=key, created_by=by)
    except IntegrityError as error:
        if violated_constraint(error) != "incoming_transfer_is_booked_once":
            raise
        return None
    rows = rows_to_lock().filter(number__in=shares, is_test=False).order_by("pk")
    orders = {order.number: ours(order) for order in rows}
    for number in shares:
        if number not in orders:
            raise UnknownOrder(number=number)
    for order in orders.values():
        payment = _payment_of(order, shares[order.number], arrived.reference)
        by_hand.receive(
            payment, amount=shares[order.number], by=by, on=arrived.arrived_on, bank_reference=arrived.words[:140]
        )
        TransferShare.objects.create(transfer=transfer, payment=payment, amount=shares[order.number])
    new = {"amount": arrived.amount, "orders": {number: str(amount) for number, amount in shares.items()}}
    log("payment.transfer_booked", transfer, new=new, actor=by)
    return transfer


@transaction.atomic
def attach(arrived: Arrived, payment: Payment, *, key: str, by: User | None) -> IncomingTransfer:
    """It is what staff ticked before the statement showed it: the payment stays as it is. Raises WrongState where it is
    not received, or a transfer is known for it."""
    paying.lock(payment)
    if payment.state != Payment.State.PAID or payment.transfer_shares.exists():
        raise WrongState(state=payment.get_state_display())
    transfer: IncomingTransfer = IncomingTransfer.objects.create(**vars(arrived), key=key, created_by=by)
    TransferShare.objects.create(transfer=transfer, payment=payment, amount=payment.amount)
    return transfer


@transaction.atomic
def detach(transfer: IncomingTransfer) -> None:
    """The reverse: its payments stay as they are."""
    transfer.shares.all().delete()
    transfer.delete()


@transaction.atomic
def take_back(transfer: IncomingTransfer, *, by: User | None, reason: str) -> None:
    """It was booked by mistake: its payments count no more. Raises GivenBack where some of it has been refunded."""
    shares = list(transfer.shares.select_related("payment"))
    list(rows_to_lock().filter(payments__in=[each.payment_id for each in shares]).order_by("pk"))
    for share in sorted(shares, key=lambda each: (each.payment.order_id, each.payment_id)):
        payment = share.payment
        paying.undo(payment, by=by, reason=reason)
    numbers = {each.payment.order.number: str(each.amount) for each in shares}
    log("payment.transfer_taken_back", transfer, old={"amount": transfer.amount, "orders": numbers}, actor=by)
    detach(transfer)


def is_booked(key: str) -> bool:
    """By the form with this key."""
    return bool(key) and IncomingTransfer.objects.filter(key=key[:32].replace("\0", "")).exists()


def _payment_of(order: Order, amount: Decimal, reference: str) -> Payment:
    """What waits for a transfer with this reference, or the buyer's, or a payment of its own.

    What somebody else began by a link gets only what names it: refunds and the receipt go to the address typed there.
    """
    waiting = list(order.payments.waiting_for_staff().filter(method=METHOD).order_by("-pk"))
    named = [each for each in waiting if _compact(each.reference) in _compact(reference)]
    if found := named or [each for each in waiting if not each.payer_email]:
        return found[0]
    made: Payment = order.payments.create(
        method=METHOD,
        state=Payment.State.PENDING,
        amount=amount,
        currency=order.currency,
        reference=new_reference(order),
    )
    return made


def _demand_all(arrived: Arrived, parts: Decimal) -> None:
    if parts != arrived.amount:
        currency = current_organisation().currency
        facts = {"parts": parts, "amount": arrived.amount, "difference": arrived.amount - parts}
        raise NotAllOfIt(**{name: money.say(value, currency) for name, value in facts.items()})


def _numbers(reference: str) -> list[str]:
    """All that may be numbers of orders, however the bank broke the reference."""
    text = reference.upper()
    return list(dict.fromkeys([*NUMBER.findall(text), *NUMBER.findall(_compact(text))]))


def _compact(reference: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", reference.upper())
