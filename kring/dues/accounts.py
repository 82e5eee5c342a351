"""Every movement of what somebody pays for: asked for, paid, given back, waived; and the balance after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import dates
from kring.dues.models import Contribution, FeeTable
from kring.payments import methods
from kring.payments.models import Dispute, Payment, Refund

NOTHING = Decimal(0)


class MovementKind(TextChoices):
    CONTRIBUTION = "contribution", pgettext_lazy("contribution", "contribution")
    ENTRY = "entry", _("entry fee")
    CORRECTION = "correction", _("correction")
    WAIVED = "waived", _("waived")
    NOT_OWED = "not_owed", _("no longer owed")
    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    RETURN = "return", _("taken back by the bank")


@dataclass(frozen=True)
class Movement:
    """`amount`: above zero what is asked for, below what was paid. `balance`: what is to be paid after it.

    `about`: member and period, or method and reference. `account_code`: in the books, of what is asked for.
    """

    on: date
    kind: MovementKind
    about: str
    amount: Decimal
    order: int | None = None
    payer: int | None = None
    member: int | None = None
    type: int | None = None
    account_code: str = ""
    balance: Decimal = NOTHING

    @property
    def is_asked(self) -> bool:
        """Otherwise money moved."""
        return self.kind not in (MovementKind.PAYMENT, MovementKind.REFUND, MovementKind.RETURN)

    @property
    def paid(self) -> Decimal:
        """Below zero: it went back."""
        return -self.amount


def of_payers(payers: Collection[int]) -> list[Movement]:
    """In the order of days, with the balance after each. Five statements.

    The last balance is what is left of all contributions, less what was paid too much.
    """
    rows = list(_standing().filter(payer__in=payers))
    orders = {row.order_id: row.payer_id for row in rows if row.order_id is not None}
    found = [*_all_asked(rows), *_with_payer(_paid(Q(order__in=orders)), orders)]
    balance, running = NOTHING, []
    for each in sorted(found, key=_in_order):
        balance += each.amount
        running.append(replace(each, balance=balance))
    return running


def between(first: date, last: date) -> list[Movement]:
    """Of everybody, of these days: for the books. Six statements."""
    days = (dates.beginning(first), dates.end(last))
    rows = _standing().filter(Q(created_at__range=days) | Q(waived_at__range=days))
    of_dues = Contribution.objects.filter(order__isnull=False).order_by().values("order")
    paid = list(_paid(Q(order__in=of_dues), days))
    wanted = {each.order for each in paid}
    orders = dict(Contribution.objects.filter(order__in=wanted).order_by().values_list("order", "payer"))
    found = [*_all_asked(rows), *_with_payer(paid, orders)]
    return sorted((each for each in found if first <= each.on <= last), key=_in_order)


def _standing() -> QuerySet[Contribution]:
    found: QuerySet[Contribution] = Contribution.objects.standing().select_related("member", "line")
    return found


def _in_order(each: Movement) -> tuple[date, bool]:
    return each.on, each.amount < 0


def _all_asked(rows: Iterable[Contribution]) -> Iterator[Movement]:
    codes = AccountCodes(FeeTable.objects.order_by("-valid_from"))
    return (each for row in rows for each in _asked(row, codes))


def _with_payer(paid: Iterable[Movement], orders: Mapping[int, int]) -> Iterator[Movement]:
    return (replace(each, payer=orders.get(each.order)) for each in paid if each.order is not None)


def _asked(row: Contribution, codes: AccountCodes) -> Iterator[Movement]:
    about = f"{row.member}, {_period(row)}"
    kind = MovementKind.CONTRIBUTION if row.kind == Contribution.Kind.PERIOD else MovementKind(row.kind)
    made = Movement(
        timezone.localdate(row.created_at),
        kind,
        about,
        row.amount,
        row.order_id,
        row.payer_id,
        row.member_id,
        row.type_id,
        codes.of(row),
    )
    yield made
    if row.line is None:
        return
    gone = row.line.amount - row.received - row.refunded - row.left
    if row.waived_at is not None and gone:
        yield replace(made, on=timezone.localdate(row.waived_at), kind=MovementKind.WAIVED, amount=-gone)
    elif gone:
        yield replace(made, kind=MovementKind.NOT_OWED, amount=-gone)
    if row.refunded:
        yield replace(made, kind=MovementKind.NOT_OWED, amount=-row.refunded)


def _period(row: Contribution) -> str:
    first, after = row.during.lower, row.during.upper
    if row.kind == Contribution.Kind.ENTRY or after is None:
        return dates.short_day(first)
    return f"{dates.short_day(first)} – {dates.short_day(after - timedelta(days=1))}"


def _paid(of: Q, days: tuple[datetime, datetime] | None = None) -> Iterator[Movement]:
    """`of`: which payments. `days`: those that came in between, roughly; what went back is given of all."""
    payments = Payment.objects.filter(of, state=Payment.State.PAID, is_test=False)
    standing = [Refund.State.DONE, Refund.State.PENDING, Refund.State.SENT, Refund.State.ASKED]
    refunds = Refund.objects.filter(payment__in=payments.values("pk"), state__in=standing)
    disputes = Dispute.objects.filter(payment__in=payments.values("pk")).exclude(state=Dispute.State.WON)
    for one in payments if days is None else payments.filter(settled_at__range=days):
        on = timezone.localdate(one.settled_at or one.created_at)
        about = f"{methods.label_of(one.method)}, {one.reference}"
        yield Movement(on, MovementKind.PAYMENT, about, -one.amount, one.order_id)
    for back in refunds.select_related("payment"):
        on = back.given_on or timezone.localdate(back.created_at)
        yield Movement(on, MovementKind.REFUND, back.reason, back.amount, back.payment.order_id)
    for lost in disputes.select_related("payment"):
        on = timezone.localdate(lost.ended_at or lost.opened_at)
        yield Movement(on, MovementKind.RETURN, lost.reason, lost.amount, lost.payment.order_id)


class AccountCodes:
    """Of the fee tables, by membership type and day."""

    def __init__(self, tables: Iterable[FeeTable]) -> None:
        self.tables = list(tables)

    def of(self, row: Contribution) -> str:
        day = row.during.lower or date.min
        for table in self.tables:
            if table.type_id == row.type_id and table.valid_from <= day:
                is_entry = row.kind == Contribution.Kind.ENTRY and table.entry_account_code
                return table.entry_account_code if is_entry else table.account_code
        return ""
