"""Direct debits that a bank did not collect, or took back: applied once, whatever tells of it (C3).

Locks: the run, orders in the order of their keys, the debit, the mandate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.core.transactions import in_transaction
from kring.direct_debit import collection_mails, reasons, refusals
from kring.direct_debit.models import CollectionRun, Debit, DebitItem, DebitReturn, Mandate
from kring.dues import recording
from kring.dues.models import Contribution
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import disputing, paying
from kring.payments.method import LOST, WON, DisputeReport
from kring.payments.models import Payment

Source, State = DebitReturn.Source, Debit.State
# The fee of a return is to be paid within so many days.
DAYS_FOR_FEE = 14


@dataclass(frozen=True)
class Reported:
    """`code`: of ISO 20022, or the bank's own. `charges`: what the bank asks for it."""

    code: str
    source: str
    returned_on: date
    words: str = ""
    charges: Decimal = Decimal(0)


def find(reference: str) -> Debit | None:
    """By the end-to-end id, whatever its case; None: none of ours."""
    found: Debit | None = Debit.objects.filter(reference=reference.strip().upper()).first() if reference else None
    return found


@in_transaction
def apply(debit: Debit, reported: Reported, *, by: User | None = None) -> DebitReturn | None:
    """The contributions are open again, the mandate is stopped where the reason asks for it, and the payer is told.

    None: it was known, from another file or by hand. Raises NotReturnable: no bank has it.
    """
    run = CollectionRun.objects.select_for_update(of=("self",)).select_related("creditor_account").get(pk=debit.run_id)
    debit = _locked(debit)
    if debit.state == State.RETURNED:
        return None
    if debit.state not in (State.UNDER_WAY, State.COLLECTED):
        raise refusals.NotReturnable
    if run.state == CollectionRun.State.RELEASED:
        # The bank has it, whatever was noted here.
        run.hand_over(by)
    made = DebitReturn.objects.create(
        debit=debit,
        code=reported.code.strip().upper()[:35],
        words=reported.words.strip()[:140],
        source=reported.source,
        returned_on=reported.returned_on,
        charges=max(reported.charges, Decimal(0)),
        action=reasons.action_for(reported.code),
        was_collected=debit.state == State.COLLECTED,
        is_late=reported.returned_on > _thirteen_months_after(run.collect_on),
        applied_by=by,
    )
    debit.note_returned()
    _take_money_back(debit, made)
    _stop(debit, made)
    if run.creditor_account.return_fee:
        _bill_fee(debit, run.creditor_account.return_fee)
    facts = {"reason": made.code, "amount": debit.amount}
    log("debit.returned", debit.mandate, new=facts, actor=by)
    collection_mails.returned(made, debit)
    return made


def _take_money_back(debit: Debit, made: DebitReturn) -> None:
    """Money that had been received is taken back by the bank; what was under way has failed."""
    for payment, amount in debit.payments():
        paying.lock(payment)
        if payment.state == Payment.State.PAID:
            report = DisputeReport(_dispute_id(made), LOST, amount, made.code)
            disputing.apply(payment, [report], is_notified=True)
        else:
            paying.fail(payment, made.code or "returned", is_notified=True)


def _thirteen_months_after(day: date) -> date:
    """So long banks give back what nobody has authorised. 29 February as the 28th."""
    later, month = divmod(day.month, 12)
    return date(day.year + 1 + later, month + 1, min(day.day, 28))


def _dispute_id(made: DebitReturn) -> str:
    return f"debit-return-{made.pk}"


def _stop(debit: Debit, made: DebitReturn) -> None:
    hold = reasons.HOLDS.get(made.action)
    mandate: Mandate = Mandate.objects.select_for_update().get(pk=debit.mandate_id)
    if not hold or not mandate.is_active or mandate.hold == Mandate.Hold.DECEASED:
        return
    if hold == Mandate.Hold.NEW_ACCOUNT and mandate.number != debit.version.number:
        # There is another account since.
        return
    mandate.stop(hold)
    log("mandate.stopped", mandate, new={"reason": hold})


def _bill_fee(debit: Debit, fee: Decimal) -> None:
    """A bill of its own, which can be paid and collected like any other."""
    first: Contribution = debit.items.select_related("contribution__payer").earliest("pk").contribution
    with translation.override(first.payer.language or current_organisation().language):
        words = _("Fee of the bank for a returned direct debit")
    recording.record(
        [
            recording.Draft(
                member=first.member_id,
                type=first.type_id,
                payer=first.payer,
                amount=fee,
                during=first.during,
                due_on=timezone.localdate() + timedelta(days=DAYS_FOR_FEE),
                words=words,
                kind=Contribution.Kind.CORRECTION,
                corrects=first,
            )
        ]
    )


@in_transaction
def take_back(found: DebitReturn, *, by: User | None) -> None:
    """It was noted by mistake. Raises CollectedAgain: what it is for is under way, or collected, again."""
    debit = _locked(found.debit)
    locked: DebitReturn = DebitReturn.objects.select_for_update().get(pk=found.pk)
    if locked.undone_at is not None:
        return
    later = DebitItem.objects.filter(contribution__debit_items__debit=debit, debit__pk__gt=debit.pk)
    if later.exclude(state__in=[State.RETURNED, State.LEFT_OUT]).exists():
        raise refusals.CollectedAgain
    DebitReturn.objects.filter(pk=locked.pk).update(undone_at=timezone.now())
    debit.take_return_back()
    for payment, amount in debit.payments():
        paying.lock(payment)
        if payment.disputes.filter(provider_id=_dispute_id(locked)).exists():
            disputing.apply(payment, [DisputeReport(_dispute_id(locked), WON, amount, locked.code)], is_notified=True)
        elif not locked.was_collected:
            # The bank has it still: nobody else may collect the same.
            payment.unmark_failed()
    log("debit.return_taken_back", debit.mandate, old={"reason": locked.code, "amount": debit.amount}, actor=by)


def _locked(debit: Debit) -> Debit:
    orders = DebitItem.objects.filter(debit=debit).values("contribution__order")
    list(rows_to_lock().filter(pk__in=orders).order_by("pk"))
    rows = Debit.objects.select_for_update(of=("self",)).select_related("run", "mandate", "version")
    found: Debit = rows.get(pk=debit.pk)
    return found
