"""What a line is booked as, decided by a person, or by itself where it leaves no doubt; and undone.

Locks: the line, then what its meaning takes: orders, payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kring.accounts.models import User
from kring.banking import learning, orders, overpaid
from kring.banking.meanings import meanings
from kring.banking.models import StatementLine
from kring.banking.proposing import propose
from kring.banking.refusals import ChangedMeanwhile, MeansNothing, NeedsAPurpose
from kring.core.transactions import in_transaction
from kring.organisations.audit import log


@in_transaction
def accept(line: StatementLine, *, by: User | None, seen: str | None = None) -> None:
    """Book it as proposed. `seen`: the proposal's digest, as it was shown.

    Raises MeansNothing, WrongState, ChangedMeanwhile, and what its meaning raises.
    """
    line = _locked(line.pk)
    if seen is not None and line.is_open:
        # What it was for may have been paid since the proposal was made.
        propose([line])
        line.refresh_from_db()
        if seen != line.proposal_digest:
            raise ChangedMeanwhile
    _accept(line, by=by)


@in_transaction
def accept_with_credit(line: StatementLine, *, by: User | None, seen: str | None = None) -> Decimal:
    """Book it as proposed, if that is still to be done, and make what is too much the payer's credit; how much that
    was. Raises what `accept` and `overpaid.to_credit` do."""
    if _locked(line.pk).is_open:
        accept(line, by=by, seen=seen)
    return overpaid.to_credit(line, by=by)


def accept_by_itself(key: int) -> bool:
    """In a scope. False where somebody else has decided."""
    rows = StatementLine.objects.open().select_for_update(of=("self",), skip_locked=True)
    line = rows.filter(pk=key, is_by_hand=False).first()
    if line is None or not line.proposal.get("is_certain"):
        return False
    _accept(line, by=None)
    return True


def _accept(line: StatementLine, *, by: User | None) -> None:
    meaning = meanings.get(line.meaning)
    if not line.is_open:
        raise line._refusal()
    if meaning is None:
        raise MeansNothing
    meaning.book(line, line.proposal["details"], by=by)
    _log(line, by=by)


@in_transaction
def book_on_orders(line: StatementLine, shares: Mapping[str, Decimal], *, by: User | None) -> None:
    """By the numbers of orders, how much of it each gets. Raises what `orders.book_on` does."""
    line = _locked(line.pk)
    if not line.is_open:
        raise line._refusal()
    orders.book_on(line, shares, by=by)
    _log(line, by=by)


@in_transaction
def set_aside(line: StatementLine, purpose: str, *, by: User | None, always: bool = False) -> None:
    """It is for none of the orders. `always`: what comes from, or goes to, this account from now on, too."""
    purpose = " ".join(purpose.split())[:200]
    if not purpose:
        raise NeedsAPurpose
    line = _locked(line.pk)
    line.set_aside(purpose, by=by)
    if always:
        learning.learn_purpose(line, purpose, by=by)
    log("bank_line.set_aside", line, new={"purpose": purpose}, actor=by)


@in_transaction
def undo(line: StatementLine, *, by: User | None) -> None:
    """It is open again, for a person to decide. Raises WrongState, CannotBeUndone, and what its meaning raises."""
    line = _locked(line.pk)
    if line.is_open:
        raise line._refusal()
    before = {"state": line.state, "meaning": line.meaning, "purpose": line.purpose}
    if line.state == StatementLine.State.BOOKED:
        meanings[line.meaning].undo(line, by=by)
    line.reopen()
    log("bank_line.undone", line, old=before, actor=by)


def _locked(key: int) -> StatementLine:
    found: StatementLine = StatementLine.objects.select_for_update(of=("self",)).get(pk=key)
    return found


def _log(line: StatementLine, *, by: User | None) -> None:
    action = "bank_line.booked" if line.state == StatementLine.State.BOOKED else "bank_line.set_aside"
    log(action, line, new={"as": line.meaning, "amount": line.amount}, actor=by)
