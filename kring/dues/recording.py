"""Writing contributions with the orders that are asked for: one or thousands by the same statements."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from psycopg.types.range import DateRange

from kring.billing.models import AppliedRule, Order, OrderLine
from kring.core import locks
from kring.core.transactions import in_transaction
from kring.dues.models import KIND, Contribution, ContributionRun, Payer
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

NOTHING = Decimal(0)
# Held by whoever adds contributions of a period, so that two do not add the same one.
LOCK = "contributions"
BATCH = 1000


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
    """Write them, in their order; what is above zero is on the bill of its payer. Some statements per thousand.

    Raises IntegrityError where the member has one in that period: under `lock` the caller leaves those out.
    """
    organisation, bills = current_organisation(), _bills(drafts)
    orders = Order.objects.bulk_create([_order(bill, organisation) for bill in bills], batch_size=BATCH)
    lines = [
        OrderLine(order=order, position=position, kind=KIND, description=draft.words[:300], amount=draft.amount)
        for order, bill in zip(orders, bills, strict=True)
        for position, draft in enumerate(bill.drafts, start=1)
    ]
    OrderLine.objects.bulk_create(lines, batch_size=BATCH)
    billed = [draft for bill in bills for draft in bill.drafts]
    by_draft = {id(draft): line for draft, line in zip(billed, lines, strict=True)}
    made = [_contribution(draft, by_draft.get(id(draft)), run) for draft in drafts]
    return Contribution.objects.bulk_create(made, batch_size=BATCH)


def _bills(drafts: Sequence[Draft]) -> list[_Bill]:
    found: dict[Hashable, _Bill] = {}
    for draft in drafts:
        if draft.amount > 0:
            key = (draft.payer.pk, draft.bill) if draft.bill is not None else id(draft)
            found.setdefault(key, _Bill(draft.payer)).drafts.append(draft)
    return list(found.values())


def _order(bill: _Bill, organisation: Organisation) -> Order:
    payer = bill.payer
    return Order(
        state=Order.State.AWAITING_PAYMENT,
        is_of_dues=True,
        buyer=payer.user,
        buyer_name=payer.name[:200],
        buyer_email=payer.email,
        confirmed_email=payer.email,
        language=payer.language or organisation.language,
        currency=organisation.currency,
        total=sum((draft.amount for draft in bill.drafts), NOTHING),
    )


def _contribution(draft: Draft, line: OrderLine | None, run: ContributionRun | None) -> Contribution:
    is_owed = line is not None
    return Contribution(
        member_id=draft.member,
        type_id=draft.type,
        kind=draft.kind,
        during=draft.during,
        amount=draft.amount,
        trace=[each.as_kept() for each in draft.trace],
        payer=draft.payer,
        order=line.order if line is not None else None,
        line=line,
        due_on=draft.due_on,
        run=run,
        corrects=draft.corrects,
        reason=draft.reason[:300],
        left=draft.amount if is_owed else NOTHING,
        state=Contribution.State.OPEN if is_owed else Contribution.State.PAID,
    )
