from __future__ import annotations

import operator
from functools import reduce
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.payments.models import Notification, Payment
from kring.web.manage.filters.base import SearchFilterSet, choice, holds


class OrderFilter(SearchFilterSet):
    """Searches number, buyer, and the reference of a payment, which begins with the number."""

    needs = choice(
        _("To be done"),
        [
            ("decision", _("to be decided")),
            ("confirmation", _("waits for a tick")),
            ("refund", _("overpaid")),
        ],
        method="by_need",
    )
    state = choice(_("State"), Order.State.choices)

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        for word in value.split():
            number = word.partition("-")[0].upper()
            found = [Q(number__startswith=number), holds("buyer_name", word), holds("buyer_email", word)]
            rows = rows.filter(reduce(operator.or_, found))
        return rows

    def by_need(self, rows: Any, _name: str, value: str) -> Any:
        if value == "decision":
            return rows.filter(state=Order.State.UNDECIDED)
        if value == "confirmation":
            return rows.filter(Exists(Payment.objects.waiting_for_staff().filter(order=OuterRef("pk"))))
        return overpaid(rows)


class NotificationFilter(SearchFilterSet):
    searched = ("event_id", "payment__reference", "payment__order__number")

    state = choice(_("State"), Notification.State.choices)


def overpaid(rows: Any) -> Any:
    """Orders for which more came in, and did not go back, than they cost."""
    kept = (
        Payment.objects.filter(state=Payment.State.PAID).values("order").annotate(kept=Sum(F("amount") - F("refunded")))
    )
    return rows.filter(pk__in=kept.filter(kept__gt=Max("order__total")).values("order"))
