"""What was agreed with one member: another amount, another frequency, nothing at all (C1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.dues.fees.refusals import AgreedBelowZero, NeedsAReason
from kring.dues.models import MemberFee
from kring.members.models import Member
from kring.organisations import audit


class Agreement(TypedDict, total=False):
    """Columns of MemberFee; those left out stay."""

    amount: Decimal | None
    frequency: str
    start_date: date | None
    is_exempt: bool
    reason: str
    note: str


@in_transaction
def agree(member: Member, by: User | None, **wanted: Unpack[Agreement]) -> bool:
    """From now on so. The database keeps what was before. False: nothing differed.

    Locks the member. Raises NeedsAReason, AgreedBelowZero.
    """
    Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    row = MemberFee.objects.filter(member=member).first() or MemberFee(member=member)
    old = {name: getattr(row, name) for name in wanted}
    new = dict(wanted)
    differing = [name for name in new if new[name] != old[name]]
    if not differing:
        return False
    for name in differing:
        setattr(row, name, new[name])
    if row.amount is not None and row.amount < 0:
        raise AgreedBelowZero
    if (row.amount is not None or row.is_exempt) and not row.reason.strip():
        raise NeedsAReason
    row.changed_by = by
    row.save()
    audit.log(
        "member.fee_agreed",
        member,
        old={name: old[name] for name in differing},
        new={name: new[name] for name in differing},
    )
    return True
