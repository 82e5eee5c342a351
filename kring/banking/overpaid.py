"""A line that was booked and is more than its orders cost: what is too much becomes its payers' credit (C4, R6).

Locks: the line, then each order and payment, as refunds take them.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.banking.models import StatementLine
from kring.core.transactions import in_transaction
from kring.payments import paying, refunding
from kring.payments.models import Refund, TransferShare

# In the details of what the line is booked as: the refunds to credit.
CREDITED = "credited"


def too_much(line: StatementLine) -> Decimal:
    """Of a line that is booked, what can become credit."""
    return sum((_surplus(share) for share in _shares(line)), Decimal(0))


def expected(line: StatementLine) -> Decimal:
    """Of a line that is open: what would be too much, as it was when it was matched."""
    found = {each["code"]: each["facts"] for each in line.proposal.get("evidence", ())}
    if "shares" not in line.proposal.get("details", {}):
        return Decimal(0)
    if "more" in found:
        return Decimal(found["more"]["more"])
    return line.amount if "paid" in found and "amount" not in found and "less" not in found else Decimal(0)


def credited(line: StatementLine) -> Decimal:
    done = Refund.objects.filter(pk__in=_credited(line), state=Refund.State.DONE)
    return sum(done.values_list("amount", flat=True), Decimal(0))


@in_transaction
def to_credit(line: StatementLine, *, by: User | None) -> Decimal:
    """How much; nothing where another was faster. Raises NobodysCredit where no email of the payer is known."""
    line = StatementLine.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=line.pk)
    made = []
    for share in _shares(line):
        paying.lock(share.payment)
        if amount := _surplus(share):
            reason = _("Paid too much by bank transfer: kept as credit")
            made.append(refunding.refund(share.payment, amount=amount, reason=reason, by=by, how=Refund.How.CREDIT))
    if made:
        _note(line, [*_credited(line), *(each.pk for each in made)])
    return sum((each.amount for each in made), Decimal(0))


def take_back(line: StatementLine, *, by: User | None) -> None:
    """Before its booking is undone. Raises NotEnoughCredit where the credit was spent."""
    done = Refund.objects.filter(pk__in=_credited(line), state=Refund.State.DONE).select_related("payment__order")
    for each in done.order_by("payment__order", "payment", "pk"):
        refunding.take_back(each, reason=_("Booking undone"), by=by)
    _note(line, [])


def _shares(line: StatementLine) -> list[TransferShare]:
    """Of what this line has booked itself: a payment that was confirmed by hand is not its own."""
    details = line.proposal.get("details", {})
    if line.transfer is None or "payment" in details or "transfer" in details:
        return []
    return list(line.transfer.shares.select_related("payment__order").order_by("payment__order", "payment"))


def _surplus(share: TransferShare) -> Decimal:
    payment = share.payment
    payment.refresh_from_db(fields=["state", "refunded", "refunding", "charged_back"])
    if payment.state != payment.State.PAID:
        return Decimal(0)
    return max(min(share.amount, payment.left, paying.surplus(payment.order)), Decimal(0))


def _credited(line: StatementLine) -> list[int]:
    found: list[int] = line.proposal.get("details", {}).get(CREDITED, [])
    return found


def _note(line: StatementLine, refunds: list[int]) -> None:
    details = {key: value for key, value in line.proposal.get("details", {}).items() if key != CREDITED}
    line.proposal = {**line.proposal, "details": details | ({CREDITED: refunds} if refunds else {})}
    StatementLine.objects.filter(pk=line.pk).update(proposal=line.proposal)
