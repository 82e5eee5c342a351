"""Writing contributions with the orders that are asked for: one or thousands by the same statements."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from psycopg.types.range import DateRange

from kring.billing.models import AppliedRule, Order, OrderLine
from kring.core import locks
from kring.core.many_rows import insert
from kring.core.transactions import in_transaction
from kring.dues.models import KIND, Contribution, ContributionRun, Payer
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

NOTHING = Decimal(0)
# Held by whoever adds contributions of a period, so that two do not add the same one.
LOCK = "contributions"

type Row = Mapping[str, object]


@dataclass(frozen=True)
class Draft:
    """One contribution to be written. `words`: its line on the bill, in the payer's language; `bill`: those of one
    payer with the same one are billed together; None: apart."""

    member: int
    type: int
    payer: Payer
    amount: Decimal
    during: DateRange
    due_on: date
    words: str
    kind: str = Contribution.Kind.PERIOD
    trace: Sequence[AppliedRule] = ()
    bill: Hashable = None
    corrects: Contribution | None = None
    reason: str = ""


@dataclass
class _Bill:
    payer: Payer
    drafts: list[Draft] = field(default_factory=list)


def lock() -> None:
    locks.lock([LOCK])


@in_transaction
def record(drafts: Sequence[Draft], *, run: ContributionRun | None = None) -> list[Contribution]:
    """`write`, and read what was written."""
    keys = write(drafts, run=run)
    found = Contribution.objects.select_related("order", "line", "payer", "run").in_bulk(keys)
    return [found[key] for key in keys]


@in_transaction
def write(drafts: Sequence[Draft], *, run: ContributionRun | None = None) -> list[int]:
    """Their keys, in their order; what is above zero is on the bill of its payer. Three statements per thousand.

    Raises IntegrityError where the member has one in that period: under `lock` the caller leaves those out.
    """
    organisation, bills = current_organisation(), _bills(drafts)
    orders = insert(Order, [_order(bill, organisation) for bill in bills])
    lines = insert(
        OrderLine,
        [
            _line(draft, order, position)
            for order, bill in zip(orders, bills, strict=True)
            for position, draft in enumerate(bill.drafts, start=1)
        ],
    )
    billed = [(draft, order) for order, bill in zip(orders, bills, strict=True) for draft in bill.drafts]
    where = {id(draft): (order, line) for (draft, order), line in zip(billed, lines, strict=True)}
    return insert(Contribution, [_contribution(draft, where.get(id(draft)), run) for draft in drafts])


def _bills(drafts: Sequence[Draft]) -> list[_Bill]:
    found: dict[Hashable, _Bill] = {}
    for draft in drafts:
        if draft.amount > 0:
            key = (draft.payer.pk, draft.bill) if draft.bill is not None else id(draft)
            found.setdefault(key, _Bill(draft.payer)).drafts.append(draft)
    return list(found.values())


def _order(bill: _Bill, organisation: Organisation) -> Row:
    payer = bill.payer
    email = payer.email
    return {
        "state": Order.State.AWAITING_PAYMENT,
        "is_of_dues": True,
        "buyer_id": payer.user_id,
        "buyer_name": payer.name[:200],
        "buyer_email": email,
        "confirmed_email": email,
        "language": payer.language or organisation.language,
        "currency": organisation.currency,
        "total": sum((draft.amount for draft in bill.drafts), NOTHING),
    }


def _line(draft: Draft, order: int, position: int) -> Row:
    return {
        "order_id": order,
        "position": position,
        "kind": KIND,
        "description": draft.words[:300],
        "amount": draft.amount,
    }


def _contribution(draft: Draft, billed: tuple[int, int] | None, run: ContributionRun | None) -> Row:
    """`billed`: keys of its order and line."""
    order, line = billed or (None, None)
    return {
        "member_id": draft.member,
        "type_id": draft.type,
        "kind": draft.kind,
        "during": draft.during,
        "amount": draft.amount,
        "trace": [each.as_kept() for each in draft.trace],
        "payer_id": draft.payer.pk,
        "order_id": order,
        "line_id": line,
        "due_on": draft.due_on,
        "run_id": run.pk if run else None,
        "corrects_id": draft.corrects.pk if draft.corrects else None,
        "reason": draft.reason[:300],
        "left": draft.amount if order else NOTHING,
        "state": Contribution.State.OPEN if order else Contribution.State.PAID,
    }
