"""Pages of a provider's books are kept: each movement once, each payout as it is now."""

from __future__ import annotations

from collections.abc import Iterable

from kring.payments.ledger import LedgerEntry, LedgerPage, PayoutReport
from kring.payments.method import ProviderUnavailable
from kring.payments.models import Payout, ProviderAccount, ProviderEntry


def keep(account: ProviderAccount, page: LedgerPage) -> None:
    """The same again changes nothing; two at once keep it once. Six statements at most.

    Raises ProviderUnavailable where something in it cannot be kept: then none of it is.
    """
    if not all(each.can_be_kept for each in page):
        raise ProviderUnavailable
    _keep_payouts(account, [each for each in page if isinstance(each, PayoutReport)])
    _keep_entries(account, [each for each in page if isinstance(each, LedgerEntry)])


def _keep_entries(account: ProviderAccount, entries: Iterable[LedgerEntry]) -> None:
    # Said twice in one page, the later word counts.
    found = {(each.kind, each.provider_id): each for each in (ProviderEntry.of(account, one) for one in entries)}
    if not found:
        return
    ids = {provider_id for _kind, provider_id in found}
    rows = ProviderEntry.objects.filter(account=account, provider_id__in=ids)
    known = {(each.kind, each.provider_id): each for each in rows}
    later = [each for key, each in known.items() if key in found and _learns(each, found[key])]
    ProviderEntry.objects.bulk_update(later, ["fee", "payout_name"])
    ProviderEntry.objects.bulk_create((each for key, each in found.items() if key not in known), ignore_conflicts=True)


def _learns(known: ProviderEntry, later: ProviderEntry) -> bool:
    """Fee and payout come after the movement itself; a payout that comes back goes with another one."""
    fee, payout = known.fee, known.payout_name
    known.fee = later.fee if known.fee is None else known.fee
    known.payout_name = later.payout_name or known.payout_name
    return (known.fee, known.payout_name) != (fee, payout)


def _keep_payouts(account: ProviderAccount, reports: Iterable[PayoutReport]) -> None:
    found = {each.provider_id: each for each in (Payout.of(account, report) for report in reports)}
    if found:
        Payout.objects.bulk_create(
            found.values(),
            update_conflicts=True,
            unique_fields=["organisation", "account", "provider_id"],
            update_fields=["amount", "fees", "state", "arrives_on"],
        )
