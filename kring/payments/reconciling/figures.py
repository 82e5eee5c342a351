"""What came, went and was kept in some days, for each account and currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from kring.core import dates
from kring.payments.models import Payout, ProviderEntry

Kind = ProviderEntry.Kind
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Figures:
    """In one currency; all above zero as their names say. `fees`: None where the provider does not say."""

    currency: str
    taken: Decimal = NOTHING
    refunded: Decimal = NOTHING
    charged_back: Decimal = NOTHING
    other: Decimal = NOTHING
    fees: Decimal | None = None
    paid_out: Decimal = NOTHING


@dataclass(frozen=True)
class PayoutSums:
    """What a payout is made of, as far as the provider says. `left`: what of it that does not explain; None: it says
    nothing."""

    gross: Decimal
    fees: Decimal
    left: Decimal | None


def between(since: date, until: date) -> Mapping[int, list[Figures]]:
    """By account, the first and the last day included, where the organisation is. Two statements."""
    begins, ends = moments(since, until)
    booked = ProviderEntry.objects.filter(at__gte=begins, at__lt=ends).order_by().values("account", "currency")
    sums = booked.annotate(
        taken=_sum(Kind.PAYMENT),
        refunded=_sum(Kind.REFUND),
        charged_back=_sum(Kind.DISPUTE),
        other=_sum(Kind.OTHER),
        kept=Sum("fee"),
        charged=_sum(Kind.FEE),
    )
    rows: dict[tuple[int, str], Figures] = {}
    for row in sums:
        rows[row["account"], row["currency"]] = Figures(
            currency=row["currency"],
            taken=row["taken"] or NOTHING,
            refunded=-(row["refunded"] or NOTHING),
            charged_back=-(row["charged_back"] or NOTHING),
            other=row["other"] or NOTHING,
            fees=_fees(row["kept"], row["charged"]),
        )
    return _with_payouts(rows, since, until)


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, in the active zone."""
    return dates.beginning(since), dates.end(until)


def of_payout(payout: Payout) -> PayoutSums:
    """One statement."""
    sums = payout.entries.aggregate(gross=Sum("amount"), fees=Sum("fee"), number=Count("pk"))
    if not sums["number"]:
        return PayoutSums(NOTHING, payout.fees or NOTHING, None)
    gross, fees = sums["gross"], sums["fees"] if payout.fees is None else payout.fees
    fees = fees or NOTHING
    return PayoutSums(gross, fees, payout.amount - (gross - fees))


def _with_payouts(rows: dict[tuple[int, str], Figures], since: date, until: date) -> Mapping[int, list[Figures]]:
    paid = Payout.objects.filter(state=Payout.State.PAID, arrives_on__gte=since, arrives_on__lte=until)
    for row in paid.order_by().values("account", "currency").annotate(all=Sum("amount")):
        key = row["account"], row["currency"]
        before = rows.get(key, Figures(currency=row["currency"]))
        rows[key] = Figures(**{**vars(before), "paid_out": row["all"]})
    found: dict[int, list[Figures]] = defaultdict(list)
    for (account, _currency), figures in sorted(rows.items()):
        found[account].append(figures)
    return found


def _sum(kind: str) -> Sum:
    return Sum(F("amount"), filter=Q(kind=kind))


def _fees(kept: Decimal | None, charged: Decimal | None) -> Decimal | None:
    return None if kept is None and charged is None else (kept or NOTHING) - (charged or NOTHING)
