"""What bank statements are read and matched with: the account of contributions, and whose accounts members have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from kring.banking.accounts import also_ours
from kring.banking.learning import knows_payers
from kring.dues import transfers
from kring.dues.models import Contribution
from kring.members.models import BankAccount


@also_ours
def transferred_to() -> set[str]:
    to = transfers.receiver()
    return {to.account} if to else set()


@knows_payers
def of_members(ibans: Collection[str]) -> dict[str, set[str]]:
    """Who owes for the members that have these accounts, and the members themselves. Two statements."""
    found: dict[str, set[str]] = defaultdict(set)
    members: dict[int, str] = {}
    for iban, member, email in BankAccount.objects.filter(iban__in=ibans).values_list(
        "iban", "member", "member__email"
    ):
        members[member] = iban
        if email:
            found[iban].add(email)
    owing = Contribution.objects.owing().filter(member__in=members, order__isnull=False) if members else None
    for member, email in owing.order_by().values_list("member", "order__buyer_email") if owing is not None else ():
        found[members[member]].add(email)
    return found
