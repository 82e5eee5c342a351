"""Shifts at the box office: one seller, one drawer, counted at both ends (D4).

Locks: the shift, then the order (of several in the order of their keys), the payment, holds, pools.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from kring.accounts.known_name import known_name
from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.box_office import kinds, refusals
from kring.box_office.models import SaleKind, Shift, Taking
from kring.core.integrity_errors import violated_constraint
from kring.core.languages import in_language
from kring.core.locks import lock as lock_name
from kring.core.transactions import in_transaction
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.payments.models import Payment, Refund

ONE_AT_A_TIME = "shift_is_one_at_a_time_per_seller"
LARGEST = Decimal(10) ** 6
NOTHING = Decimal(0)
Takes = SaleKind.Takes


@dataclass(frozen=True)
class KindFigures:
    """`received` of `number` payments of one kind, `given_back` of it."""

    names: Mapping[str, str]
    takes: str
    number: int
    received: Decimal
    given_back: Decimal

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def left(self) -> Decimal:
        return self.received - self.given_back


@dataclass(frozen=True)
class Figures:
    """`expected`: what is in the drawer if nothing went wrong."""

    kinds: list[KindFigures] = field(default_factory=list)
    expected: Decimal = NOTHING

    @property
    def received(self) -> Decimal:
        return sum((each.received for each in self.kinds), NOTHING)

    @property
    def given_back(self) -> Decimal:
        return sum((each.given_back for each in self.kinds), NOTHING)

    @property
    def left(self) -> Decimal:
        return self.received - self.given_back


def open_shift_of(user: User) -> Shift | None:
    found: Shift | None = Shift.objects.open().of_seller(user).first()
    return found


@transaction.atomic
def open_shift(user: User, *, opening_cash: Decimal, paper: str = Shift.Paper.A4) -> Shift:
    """Raises ShiftOpenAlready, also for the second of two at once, and BadAmount."""
    demand_amount(opening_cash)
    kinds.begin()
    lock_name(["shifts"])
    last = Shift.objects.aggregate(last=Max("number"))["last"] or 0
    try:
        made: Shift = Shift.objects.create(
            number=last + 1,
            seller=user,
            seller_name=known_name(user),
            currency=current_organisation().currency,
            opening_cash=opening_cash,
            paper=paper,
        )
    except IntegrityError as error:
        if violated_constraint(error) != ONE_AT_A_TIME:
            raise
        raise refusals.ShiftOpenAlready from None
    audit.log("shift.opened", made, new={"opening_cash": opening_cash})
    return made


@in_transaction
def close(shift: Shift, *, counted: Decimal, note: str, by: User) -> Shift:
    """Count the drawer: the report is kept as it is now. Raises ShiftClosed the second time, and BadAmount."""
    demand_amount(counted)
    shift = lock_open(shift)
    _lock_orders(shift)
    found = figures(shift)
    shift.closed_at, shift.closed_by, shift.note = timezone.now(), by, note
    shift.counted_cash, shift.expected_cash = counted, found.expected
    shift.closing = [_as_json(each) for each in found.kinds]
    shift.save(
        update_fields=["closed_at", "closed_by", "note", "counted_cash", "expected_cash", "closing"], force_update=True
    )
    difference = counted - found.expected
    new = {"counted": counted, "expected": found.expected, "difference": difference, "note": note}
    audit.log("shift.closed", shift, new=new, actor=by)
    return shift


def lock_open(shift: Shift) -> Shift:
    """As it is now; nobody closes it before our transaction ends. Raises ShiftClosed."""
    locked: Shift = Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if not locked.is_open:
        raise refusals.ShiftClosed
    return locked


def _lock_orders(shift: Shift) -> None:
    """Money that is given back elsewhere at this moment, by who keeps the books, is in the report or comes after it."""
    orders = Payment.objects.filter(takings__shift=shift).values("order")
    list(rows_to_lock().filter(pk__in=orders).order_by("pk").values_list("pk"))


def demand_amount(amount: Decimal) -> None:
    """Raises BadAmount for less than 0, fractions of a cent, a million, and what is no number."""
    if not amount.is_finite() or not 0 <= amount < LARGEST or amount != round(amount, 2):
        raise refusals.BadAmount


def figures(shift: Shift) -> Figures:
    """Of a closed shift those it was closed with. Two statements for an open one."""
    if not shift.is_open:
        return Figures([_from_json(each) for each in shift.closing], shift.expected_cash or NOTHING)
    takings = Taking.objects.filter(shift=shift)
    is_paid = Q(payment__state=Payment.State.PAID)
    received = takings.order_by("kind__position", "kind_id").values("kind_id", "kind__names", "kind__takes")
    rows = received.annotate(number=Count("pk", filter=is_paid), sum=Sum("payment__amount", filter=is_paid))
    refunds = list(
        Refund.objects.filter(payment__takings__shift=shift, state=Refund.State.DONE)
        .order_by()
        .values(kind=F("payment__takings__kind_id"), takes=F("payment__takings__kind__takes"), way=F("how"))
        .annotate(sum=Sum("amount"))
    )
    found = [
        KindFigures(
            names=row["kind__names"],
            takes=row["kind__takes"],
            number=row["number"],
            received=row["sum"] or NOTHING,
            given_back=_sum(each["sum"] for each in refunds if each["kind"] == row["kind_id"]),
        )
        for row in rows
    ]
    cash = _sum(each.received for each in found if each.takes == Takes.CASH)
    return Figures(found, shift.opening_cash + cash - _sum(each["sum"] for each in refunds if _is_from_drawer(each)))


def _is_from_drawer(refund: Mapping[str, object]) -> bool:
    """In cash, or in the way it was paid, which was cash."""
    is_same = refund["way"] == Refund.How.SAME and refund["takes"] == Takes.CASH
    return is_same or refund["way"] == Refund.How.CASH


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def _as_json(each: KindFigures) -> dict[str, object]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in vars(each).items()}


def _from_json(row: dict) -> KindFigures:
    amounts = {name: Decimal(row[name]) for name in ("received", "given_back")}
    return KindFigures(**{**row, **amounts})
