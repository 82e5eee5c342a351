"""To each movement the payment it is about, and to each payment its fee. A few statements for all of an account."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum

from kring.payments.models import Payment, ProviderAccount, ProviderEntry, Refund

# Of money that no movement with a payment shares, so many at once.
MOST_TRANSACTIONS = 1000


def link(account: ProviderAccount) -> None:
    mine = Payment.objects.filter(account=account.public_id)
    _by(account, "payment_name", mine.filter(method=account.method, provider_id=OuterRef("payment_name")))
    _by(account, "reference", mine.filter(reference=OuterRef("reference")))
    refunds = Refund.objects.filter(reference=OuterRef("refund_reference"), payment__account=account.public_id)
    _by(account, "refund_reference", refunds, "payment")
    _by_transaction(account)
    siblings = ProviderEntry.objects.filter(
        account=account, transaction=OuterRef("transaction"), payment__isnull=False
    ).order_by("pk")
    _by(account, "transaction", siblings, "payment")
    _fill_fees(account)


def _by(account: ProviderAccount, name: str, found: QuerySet, key: str = "pk") -> None:
    unknown = _unknown(account, name).filter(Exists(found))
    unknown.update(payment=Subquery(found.values(key)[:1]))


def _unknown(account: ProviderAccount, name: str) -> QuerySet[ProviderEntry]:
    rows: QuerySet[ProviderEntry] = ProviderEntry.objects.filter(account=account, payment=None).exclude(**{name: ""})
    return rows


def _by_transaction(account: ProviderAccount) -> None:
    """By what the provider told us of the money when it was paid; for this there is no index: once for all."""
    names = list(_unknown(account, "transaction").values_list("transaction", flat=True).distinct()[:MOST_TRANSACTIONS])
    if not names:
        return
    rows = Payment.objects.filter(account=account.public_id, provider_data__transaction__in=names)
    of: Mapping[str, int] = dict(rows.values_list("provider_data__transaction", "pk"))
    entries = list(_unknown(account, "transaction").filter(transaction__in=of.keys()))
    for each in entries:
        each.payment_id = of[each.transaction]
    ProviderEntry.objects.bulk_update(entries, ["payment"])


def _fill_fees(account: ProviderAccount) -> None:
    """Where it was not known, and in the currency of the payment."""
    booked = ProviderEntry.objects.filter(
        payment=OuterRef("pk"),
        kind=ProviderEntry.Kind.PAYMENT,
        currency=OuterRef("currency"),
        currency__exact=F("paid_currency"),
        fee__isnull=False,
    )
    total = booked.order_by().values("payment").annotate(total=Sum("fee")).values("total")
    Payment.objects.filter(Exists(booked), account=account.public_id, fee=None).update(fee=Subquery(total))
