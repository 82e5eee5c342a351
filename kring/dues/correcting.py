"""What a contribution costs is corrected, waived or withdrawn. Never changed: a correction is a row of its own.

Locks: the order, as everywhere; the database then notes what is left of each contribution.
"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import lock_pk
from kring.billing.models import Order, OrderLine
from kring.core.transactions import in_transaction
from kring.dues import recording, refusals
from kring.dues.models import Contribution
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.payments import credits, paying, refunding
from kring.payments.models import Payment, Refund

NOTHING = Decimal(0)


def costs_now(contribution: Contribution) -> Decimal:
    """With its corrections. One statement."""
    more = contribution.corrections.filter(withdrawn_at=None).aggregate(sum=Sum("amount"))["sum"]
    return contribution.amount + (more or NOTHING)


@in_transaction
def correct(
    contribution: Contribution, *, amount: Decimal, reason: str, by: User | None, is_credited: bool = False
) -> Contribution:
    """From now on it costs `amount`; the correction is returned.

    More is a bill of its own. Less lowers what is open; what was paid too much is the payer's credit where
    `is_credited`, else staff see it as overpaid. Raises BelowNothing, NothingChanged, UnderWay, NothingOwed.
    """
    if amount < 0:
        raise refusals.BelowNothing
    found = _locked(contribution)
    change = amount - costs_now(found)
    if not change:
        raise refusals.NothingChanged
    if found.waived_at or found.withdrawn_at:
        raise refusals.NothingOwed
    [made] = recording.record([_draft(found, change, reason)])
    if change < 0:
        _lower(found, -change, reason, by, is_credited=is_credited)
    audit.log(
        "contribution.corrected",
        found,
        old={"amount": amount - change},
        new={"amount": amount, "reason": reason},
        actor=by,
        called=found.member.name,
    )
    return made


def _draft(found: Contribution, change: Decimal, reason: str) -> recording.Draft:
    with translation.override(found.payer.language or current_organisation().language):
        words = f"{gettext('Correction')}: {found.member.name}"
    return recording.Draft(
        member=found.member_id,
        type=found.type_id,
        payer=found.payer,
        amount=change,
        during=found.during,
        due_on=max(found.due_on, timezone.localdate()),
        words=words,
        kind=Contribution.Kind.CORRECTION,
        corrects=found,
        reason=reason,
    )


def _lower(found: Contribution, less: Decimal, reason: str, by: User | None, *, is_credited: bool) -> None:
    """Of what corrections added first, then of the contribution itself."""
    added = found.corrections.filter(line__isnull=False, waived_at=None, withdrawn_at=None).order_by("-pk")
    for each in [*added.select_related("line"), found]:
        if each.line is not None and less and (part := min(each.line.amount, less)):
            less -= part
            _cost_less(each.line, each.line.amount - part, reason)
            if is_credited:
                _credit(lock_pk(each.line.order_id), reason, by)


def _cost_less(line: OrderLine, amount: Decimal, reason: str) -> None:
    order = lock_pk(line.order_id)
    line.base, line.amount, line.reason = line.price_before, amount, reason[:200]
    line.save(update_fields=["base", "amount", "reason"])
    order.recompute_total()
    settling.settle_what_is_covered(order)


def _credit(order: Order, reason: str, by: User | None) -> None:
    """What was paid too much; of payments without an address staff decide."""
    left = paying.surplus(order)
    for payment in order.payments.filter(state=Payment.State.PAID).select_related("order").order_by("-pk"):
        part = min(left, payment.left)
        if part > 0 and credits.address_of(payment) and Refund.How.CREDIT in refunding.ways(payment):
            refunding.refund(payment, amount=part, reason=reason, by=by, how=Refund.How.CREDIT)
            left -= part


@in_transaction
def waive(contribution: Contribution, *, reason: str, by: User | None) -> Decimal:
    """What is left of it is not owed any more; how much that was. What was paid stays paid.

    Raises NothingOwed, UnderWay.
    """
    found = _locked(contribution)
    if not found.left:
        raise refusals.NothingOwed
    left, line = found.left, found.line
    assert line is not None
    Contribution.objects.filter(pk=found.pk).update(
        state=Contribution.State.WAIVED, waived_at=timezone.now(), waived_by=by, reason=reason[:300], left=NOTHING
    )
    if found.received:
        _cost_less(line, found.received, reason)
    else:
        settling.cancel_line(line, reason=reason)
    audit.log("contribution.waived", found, new={"amount": left, "reason": reason}, actor=by, called=found.member.name)
    contribution.refresh_from_db()
    return left


@in_transaction
def withdraw(contribution: Contribution, *, reason: str, by: User | None) -> None:
    """It was made by mistake: nothing is owed, and the next run makes another one where one is due.

    Raises MoneyHasCome where something was paid: then it is corrected; UnderWay, NothingOwed.
    """
    found = _locked(contribution)
    if found.received or found.refunded:
        raise refusals.MoneyHasCome
    if found.withdrawn_at or found.waived_at:
        raise refusals.NothingOwed
    Contribution.objects.filter(pk=found.pk).update(
        withdrawn_at=timezone.now(), reason=reason[:300], left=NOTHING, state=Contribution.State.WITHDRAWN
    )
    if found.line is not None and found.line.cancelled_at is None:
        settling.cancel_line(found.line, reason=reason)
    for each in found.corrections.filter(withdrawn_at=None, waived_at=None):
        withdraw(each, reason=reason, by=by)
    audit.log("contribution.withdrawn", found, new={"reason": reason}, actor=by, called=found.member.name)
    contribution.refresh_from_db()


def _locked(contribution: Contribution) -> Contribution:
    """As it is now, with its order's lock. Raises UnderWay."""
    if contribution.order_id:
        lock_pk(contribution.order_id)
    rows = Contribution.objects.select_related("member", "payer", "line").select_for_update(of=("self",), no_key=True)
    found: Contribution = rows.get(pk=contribution.pk)
    if found.pending:
        raise refusals.UnderWay
    return found
