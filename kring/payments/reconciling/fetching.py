"""Each night each account's books are read at its provider, and compared with what we have.

Killed, or without an answer, it begins anew an hour later. Each page is kept in a transaction of its own, and what is
kept already is kept once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import in_scope, scope
from kring.payments import accounts, polling
from kring.payments.ledger import LedgerClosed, LedgerPage
from kring.payments.method import PaymentMethod, ProviderUnavailable
from kring.payments.methods import methods
from kring.payments.models import Difference, Payment, ProviderAccount, ProviderEntry, Reconciliation
from kring.payments.models.reconciliation import LOOKS_BACK
from kring.payments.reconciling import differences, keeping, linking

log = logging.getLogger(__name__)

# A payment that the provider never listed is looked for so long.
LOOKED_FOR = timedelta(days=60)
# So many attempts are asked after in one night; those beyond are polled as others are.
MOST_ASKED = 100
POLLED_WITHIN = timedelta(minutes=10)


def begin_due() -> int:
    """In the scope of one organisation: queue a job for each of its accounts that is due; how many."""
    due = Reconciliation.objects.due().values_list("pk", flat=True)
    for pk in due:
        jobs.later("payments.reconcile", reconciliation_id=pk)
    return len(due)


def begin_now(row: Reconciliation) -> None:
    """Somebody wants it now."""
    row.ask_now()
    jobs.later("payments.reconcile", reconciliation_id=row.pk)


def reconcile(organisation_id: int, reconciliation_id: int) -> None:
    """One account, outside any scope. Nothing happens where another process does it, or did a moment ago."""
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    with scope(organisation_id):
        row = Reconciliation.objects.select_related("account").filter(pk=reconciliation_id).first()
        if row is None or not row.claim():
            return
        account, began_at = row.account, timezone.now()
        kind = next((each for each in methods() if each.key == account.method and each.has_ledger), None)
        if kind is None:
            row.rest()
            return
        since = _since(row)
    if not _fetch(row, kind, since):
        return
    with scope(organisation_id):
        linking.link(account)
        to_ask = _to_ask(differences.find(row))
    for payment_id in to_ask[:MOST_ASKED]:
        polling.ask(organisation_id, payment_id)
    with scope(organisation_id):
        compare_again(row)
        row.note_compared(began_at)
        if to_ask:
            # Of those that were asked a moment ago, or have not answered, polls know more soon.
            jobs.later("payments.compare_again", after=POLLED_WITHIN, reconciliation_id=row.pk)


def compare_again(row: Reconciliation) -> None:
    """With what the provider said before; no network call. In the scope of the organisation."""
    differences.record(row, differences.find(row))


def _fetch(row: Reconciliation, kind: PaymentMethod, since: datetime) -> bool:
    """False where not all of it came."""
    account: ProviderAccount = row.account
    try:
        with accounts.watched(account):
            for page in _each_once(kind.ledger(account, since)):
                with scope(account.organisation_id):
                    keeping.keep(account, page)
    except LedgerClosed:
        with scope(account.organisation_id):
            row.note_closed()
        return False
    except Refusal as refusal:
        log.warning("account %s was not compared: %s", account, refusal.code)
        with scope(account.organisation_id):
            row.note_silent()
        return False
    with scope(account.organisation_id):
        if account.state == ProviderAccount.State.FAILING:
            account.note_working()
    return True


def _each_once(pages: Iterable[LedgerPage]) -> Iterator[LedgerPage]:
    """Raises ProviderUnavailable for a page that came before: a provider that repeats it has no last one."""
    seen = set[int]()
    for page in pages:
        contents = hash(tuple(page))
        if page and contents in seen:
            raise ProviderUnavailable
        seen.add(contents)
        yield page


def _since(row: Reconciliation) -> datetime:
    """Some days before the last one; or as long ago as an attempt was begun that is paid and not listed yet."""
    covered = row.cover(row.account.created_at)
    since = covered if row.compared_at is None else row.compared_at - LOOKS_BACK
    listed = ProviderEntry.objects.filter(payment=OuterRef("pk"), kind=ProviderEntry.Kind.PAYMENT)
    missing = Payment.objects.filter(
        ~Exists(listed),
        account=row.account.public_id,
        state=Payment.State.PAID,
        settled_at__gte=covered,
        created_at__gte=timezone.now() - LOOKED_FOR,
    )
    oldest: datetime | None = missing.aggregate(oldest=Min("created_at"))["oldest"]
    return min(since, oldest) if oldest else since


def _to_ask(found: list[Difference]) -> list[int]:
    """The payments of which the provider may know more than it told us. They are polled soon, whatever comes now."""
    wanted = [each.payment_id for each in found if each.kind in Difference.ASKED_FOR and each.payment_id]
    pks = list(dict.fromkeys(wanted))
    Payment.objects.filter(pk__in=pks).exclude(provider_id="").update(poll_at=timezone.now())
    return pks
