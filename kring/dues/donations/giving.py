"""What was given in a year, by whom: paid in it, and not returned since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kring.billing.models import AppliedRule, Order
from kring.core import dates
from kring.core.addresses import normalised
from kring.core.registry import Hooks
from kring.dues.models import Contribution, Payer, Surcharge
from kring.payments.models import KEPT, Payment, Refund


@dataclass(frozen=True)
class Gift:
    """`donor`: the same for all that one person gave."""

    donor: str
    name: str
    email: str
    language: str
    on: date
    words: str
    amount: Decimal
    payer: int | None = None


# Of the year: what an app above sells or takes that is a donation (registrations).
gives = Hooks[[int], Iterable[Gift]]("donations of a year")


def of_year(year: int) -> list[Gift]:
    """In the order of days. A constant number of statements."""
    found = [*_kept_refunds(year), *_surcharges(year), *(gift for hook in gives for gift in hook(year))]
    return sorted(found, key=lambda each: (each.on, each.donor))


def by_email(email: str) -> str:
    return normalised(email)


def paid_up(year: int, orders: Any) -> dict[int, date]:
    """Of these orders those that are paid in full, what went back taken off, and the day of the last payment, which is
    in this year."""
    first, last = _days(year)
    rows = Payment.objects.filter(state=Payment.State.PAID, is_test=False)
    of_year = rows.filter(settled_at__gte=first, settled_at__lt=last).order_by()
    of_year = of_year.filter(order__in=orders)
    sums = rows.filter(order__in=of_year.values("order")).order_by().values("order")
    found = {each["order"]: each for each in sums.annotate(kept=Sum(KEPT), last=Max("settled_at"))}
    whole = Order.objects.filter(pk__in=found, state=Order.State.PAID, is_test=False)
    days = {each.pk: found[each.pk]["last"] for each in whole if found[each.pk]["kept"] >= each.owed}
    return {key: timezone.localdate(at) for key, at in days.items() if first <= at < last}


def _days(year: int) -> tuple[datetime, datetime]:
    return dates.beginning(date(year, 1, 1)), dates.end(date(year, 12, 31))


def _kept_refunds(year: int) -> Iterator[Gift]:
    """What was to be refunded, and stayed as a gift."""
    done = Refund.objects.filter(how=Refund.How.GIFT, state=Refund.State.DONE, given_on__year=year)
    for each in done.filter(payment__is_test=False).select_related("payment__order"):
        name, email = each.payment.paid_by
        order = each.payment.order
        if email and each.given_on:
            with override(order.language):
                words = _("order %(number)s, not refunded") % {"number": order.number}
            yield Gift(by_email(email), name, email, order.language, each.given_on, words, each.amount)


def _surcharges(year: int) -> Iterator[Gift]:
    """On bills that are paid in full: what is given on top is paid last."""
    chosen = set(Surcharge.objects.filter(is_donation=True).values_list("pk", flat=True))
    if not chosen:
        return
    paid = Contribution.State.PAID
    rows = list(Contribution.objects.standing().filter(state=paid, order__isnull=False, refunded=0).exclude(trace=[]))
    given = {each.pk: _given(each, chosen) for each in rows}
    rows = [each for each in rows if given[each.pk]]
    days = paid_up(year, {each.order_id for each in rows if each.order_id})
    payers = Payer.objects.with_people().in_bulk({each.payer_id for each in rows})
    orders = Order.objects.in_bulk(list(days))
    for each in rows:
        if each.order_id in days:
            payer, order = payers[each.payer_id], orders[each.order_id]
            donor = by_email(payer.email) if payer.email else f"payer {payer.pk}"
            with override(order.language):
                words = ", ".join(str(step.text) for step in each.applied if _is_given(step, chosen))
            yield Gift(donor, payer.name, payer.email, order.language, days[order.pk], words, given[each.pk], payer.pk)


def _given(row: Contribution, chosen: Collection[int]) -> Decimal:
    return sum((step.amount for step in row.applied if _is_given(step, chosen)), Decimal(0))


def _is_given(step: AppliedRule, chosen: Collection[int]) -> bool:
    """Reductions have numbers of their own, and are below zero."""
    return step.rule in chosen and step.amount > 0


def by_donor(gifts: Iterable[Gift]) -> dict[str, list[Gift]]:
    found: dict[str, list[Gift]] = defaultdict(list)
    for each in gifts:
        found[each.donor].append(each)
    return found
