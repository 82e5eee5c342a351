from __future__ import annotations

import operator
from decimal import Decimal
from functools import reduce

from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Sum, When
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.events.models import Event
from kring.events.pricing.codes import canonical
from kring.payments.models import KEPT, Payment
from kring.registrations.models import Registration
from kring.web.manage.shared.filters import SearchFilterSet, choice, holds, offer, one_of


class OrderFilter(SearchFilterSet):
    """Searches number, buyer, the code it was ordered with, and the reference of a payment, which begins with the
    number."""

    needs = choice(
        _("To do"),
        [
            ("decision", _("to be decided")),
            ("arrears", _("instalment overdue")),
            ("confirmation", _("awaiting confirmation")),
            ("refund", _("overpaid")),
            ("unconfirmed", _("paid at the provider, not confirmed yet")),
            ("test", _("paid in test mode")),
        ],
        method="by_need",
    )
    state = choice(_("State"), Order.State.choices)
    event = one_of(_("Event"), method="by_event")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer(self.filters["event"], Event.objects.next_first())

    def by_event(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        mine = Registration.objects.filter(event_id=value, line__order=OuterRef("pk"))
        return rows.filter(Exists(mine))

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        for word in value.split():
            number = word.partition("-")[0].upper()
            found = [Q(number__startswith=number), holds("buyer_name", word), holds("buyer_email", word)]
            if code := canonical(word):
                found.append(Q(code=code))
            rows = rows.filter(reduce(operator.or_, found))
        return rows

    def by_need(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "decision":
            return rows.filter(state=Order.State.UNDECIDED)
        if value == "arrears":
            return rows & Order.objects.in_arrears()
        if value == "confirmation":
            return rows.filter(Exists(Payment.objects.waiting_for_staff().filter(order=OuterRef("pk"))))
        if value == "unconfirmed":
            return rows.filter(Exists(Payment.objects.unconfirmed().filter(order=OuterRef("pk"))))
        return rows.filter(is_test=True) if value == "test" else overpaid(rows)


def overpaid(rows: QuerySet) -> QuerySet:
    """Orders with more received than owed, where the rest is neither refunded nor kept with a reason."""
    owed = Case(When(order__state__in=Order.OVER, then=Decimal(0)), default=F("order__total")) + F("order__retained")
    paid = Payment.objects.filter(state=Payment.State.PAID).values("order")
    sums = paid.annotate(kept=Sum(KEPT), owed=Max(owed))
    return rows.filter(pk__in=sums.filter(kept__gt=F("owed")).values("order"))
