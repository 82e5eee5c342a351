"""Where the provider's books and ours do not agree: found by a few queries over all of an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import DecimalField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from kring.payments.models import Difference, Dispute, Payment, ProviderEntry, Reconciliation, Refund

Kind, OfEntry = Difference.Kind, ProviderEntry.Kind
# So long a provider may take to list what it told us of.
LISTED_WITHIN, REFUND_LISTED_WITHIN = timedelta(days=3), timedelta(days=7)
NOTHING = Value(Decimal(0), DecimalField(max_digits=12, decimal_places=2))


@dataclass(frozen=True)
class Compared:
    """One payment: what we have, and what its movements come to."""

    pk: int
    amount: Decimal
    currency: str
    is_paid: bool
    came: Decimal
    their_currency: str | None
    went: Decimal
    given: Decimal
    given_long_ago: Decimal
    charged_back: Decimal
    taken_back: Decimal
    is_missed: bool
    is_disputed_just_now: bool


def find(row: Reconciliation) -> list[Difference]:
    """Not saved. In the scope of the organisation."""
    return [*_unknown_money(row), *_of_payments(row)]


def record(row: Reconciliation, found: list[Difference]) -> None:
    """New ones are written, those that agree by now are settled, and what staff have seen stays so while it is the same
    sum. Locks the row of the account's reconciliation."""
    Reconciliation.objects.select_for_update().get(pk=row.pk)
    lasting = {each.about: each for each in Difference.objects.lasting().filter(account=row.account)}
    present = {each.about: each for each in found}
    Difference.objects.settle(each.pk for about, each in lasting.items() if about not in present)
    Difference.objects.bulk_create(each for about, each in present.items() if about not in lasting)
    for about, each in present.items():
        before = lasting.get(about)
        if before is not None and (before.ours, before.theirs) != (each.ours, each.theirs):
            before.differs_otherwise(each)


def _unknown_money(row: Reconciliation) -> Iterator[Difference]:
    if row.is_shared:
        return
    unknown = ProviderEntry.objects.filter(
        account=row.account, kind=OfEntry.PAYMENT, payment=None, amount__gt=0, at__gte=row.covered_from
    )
    # What went back as a whole is nobody's to book.
    for entry in unknown.with_what_is_left().exclude(left=0):
        yield Difference(
            account=row.account,
            kind=Kind.UNKNOWN_MONEY,
            entry=entry,
            theirs=entry.paid,
            currency=entry.paid_currency,
        )


def _of_payments(row: Reconciliation) -> Iterator[Difference]:
    for each in _compared(row):
        for kind, ours, theirs in _differing(each):
            yield Difference(
                account=row.account,
                kind=kind,
                payment_id=each.pk,
                ours=ours,
                theirs=theirs,
                currency=each.currency,
                their_currency=each.their_currency or "",
            )


def _differing(each: Compared) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
    is_listed = each.their_currency is not None
    if each.is_missed:
        yield Kind.NOT_LISTED, each.amount, None
    elif is_listed and each.is_paid and (each.came, each.their_currency) != (each.amount, each.currency):
        yield Kind.AMOUNT, each.amount, each.came
    elif is_listed and not each.is_paid and each.came > 0:
        yield Kind.NOT_PAID_HERE, None, each.came
    if each.went > each.given:
        yield Kind.REFUNDED_THERE, each.given, each.went
    elif each.given_long_ago > each.went:
        yield Kind.REFUND_NOT_LISTED, each.given_long_ago, each.went
    if each.taken_back > each.charged_back or (
        each.taken_back < each.charged_back and is_listed and not each.is_disputed_just_now
    ):
        yield Kind.CHARGED_BACK, each.charged_back, each.taken_back


def _compared(row: Reconciliation) -> Iterator[Compared]:
    """Those of which something differs. One statement."""
    now = timezone.now()
    missed = Q(their_currency=None, state=Payment.State.PAID, amount__gt=0)
    missed &= Q(settled_at__gte=row.covered_from, settled_at__lte=now - LISTED_WITHIN)
    listed = Q(their_currency__isnull=False)
    differs = missed | listed & Q(state=Payment.State.PAID) & (~Q(came=F("amount")) | ~Q(their_currency=F("currency")))
    differs |= listed & ~Q(state=Payment.State.PAID) & Q(came__gt=0)
    # A refund of a payment from before is not listed with it.
    differs |= Q(went__gt=F("given")) | listed & Q(given_long_ago__gt=F("went"))
    differs |= Q(taken_back__gt=F("charged_back")) | listed & Q(taken_back__lt=F("charged_back"))
    # Money that was booked on an order belongs to no account here, and may still go back.
    booked = ProviderEntry.objects.filter(account=row.account, payment=OuterRef("pk"))
    mine = Payment.objects.filter(Q(account=row.account.public_id) | Exists(booked))
    rows = _sums(mine).filter(differs)
    for one in rows.order_by("pk"):
        settled_at, state = one.pop("settled_at"), one.pop("state")
        is_paid = state == Payment.State.PAID
        is_missed = one["their_currency"] is None and is_paid and one["amount"] > 0
        is_missed = is_missed and row.covered_from <= settled_at <= now - LISTED_WITHIN
        yield Compared(**one, is_paid=is_paid, is_missed=is_missed)


def _sums(payments: QuerySet[Payment]) -> QuerySet:
    old = timezone.localdate() - REFUND_LISTED_WITHIN
    by_provider = Refund.objects.filter(payment=OuterRef("pk"), how=Refund.How.PROVIDER).order_by()
    under_way = by_provider.filter(state__in=[*Refund.UNDER_WAY, Refund.State.DONE])
    long_ago = by_provider.filter(state=Refund.State.DONE, given_on__lte=old)
    just_now = Dispute.objects.filter(payment=OuterRef("pk"), opened_at__gte=timezone.now() - LISTED_WITHIN)
    of_payment = ProviderEntry.objects.filter(payment=OuterRef("pk")).order_by()
    money = of_payment.filter(kind=OfEntry.PAYMENT).values("payment")
    return payments.annotate(
        came=_sum(money, "paid"),
        their_currency=Subquery(money.annotate(one=Max("paid_currency")).values("one")),
        went=_sum(of_payment.filter(kind=OfEntry.REFUND), "paid", sign=-1),
        taken_back=_sum(of_payment.filter(kind=OfEntry.DISPUTE), "paid", sign=-1),
        given=_sum(under_way, "amount"),
        given_long_ago=_sum(long_ago, "amount"),
        is_disputed_just_now=Exists(just_now),
    ).values(
        *("pk", "amount", "currency", "state", "settled_at", "charged_back", "came", "their_currency", "went"),
        *("taken_back", "given", "given_long_ago", "is_disputed_just_now"),
    )


def _sum(rows: QuerySet, column: str, sign: int = 1) -> Coalesce:
    total = rows.values("payment").annotate(total=Sum(column) * Value(sign)).values("total")
    return Coalesce(Subquery(total), NOTHING)
