"""For bank statements: the accounts that are collected into, and whose those of mandates are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from kring.banking.accounts import also_ours
from kring.banking.learning import knows_payers
from kring.direct_debit.models import CreditorAccount, Mandate, MandateVersion
from kring.dues.models import Payer


@also_ours
def collected_into() -> set[str]:
    return set(CreditorAccount.objects.values_list("iban", flat=True))


@knows_payers
def of_mandates(ibans: Collection[str]) -> dict[str, set[str]]:
    """Two statements."""
    rows = MandateVersion.objects.filter(iban__in=ibans, mandate__state=Mandate.State.ACTIVE)
    accounts = list(rows.values_list("iban", "mandate__payer"))
    keys = {payer for _iban, payer in accounts}
    payers = {each.pk: each.email for each in Payer.objects.with_people().filter(pk__in=keys)} if keys else {}
    found: dict[str, set[str]] = defaultdict(set)
    for iban, payer in accounts:
        if payers[payer]:
            found[iban].add(payers[payer])
    return found
