"""A line of an order keeps what it cost before price rules, and which rules made its price, as they were then (D2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from kring.billing.models import AppliedRule, Order, OrderLine

pytestmark = pytest.mark.usefixtures("in_scope")

WORDS = {"en": "Student price", "nl": "Studentenprijs", "pl": "Cena dla studentów"}
STUDENT = AppliedRule(7, WORDS, Decimal("-16.00"))


def line(**given: Any) -> OrderLine:
    order = Order.objects.create(currency="EUR", total=0)
    fields = {"position": 1, "kind": "registration", "description": "Gala", "amount": Decimal("24.00")} | given
    made: OrderLine = OrderLine.objects.create(order=order, **fields)
    return OrderLine.objects.get(pk=made.pk)


def test_a_line_says_in_the_readers_language_which_rules_made_its_price():
    made = line(base=Decimal("40.00"), trace=[STUDENT.as_kept()], reason="The treasurer agreed")

    with translation.override("nl"):
        assert made.reasons == ["Studentenprijs", "The treasurer agreed"]
    assert made.applied == [STUDENT]
    assert made.price_before == Decimal("40.00")


def test_a_line_from_before_there_were_rules_costs_what_it_cost():
    # As the version before writes it, while this one is being installed.
    order = Order.objects.create(currency="EUR", total=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_orderline (order_id, position, kind, description, amount, vat_rate, reason)"
            " VALUES (%s, 1, 'registration', 'Gala', 30, 0, '')",
            [order.pk],
        )

    made = OrderLine.objects.get(order=order)

    assert (made.price_before, made.reasons, made.trace) == (Decimal(30), [], [])


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"base": Decimal("40.00")}, "order_line_says_why_it_costs_that"),
        ({"base": Decimal("-0.01"), "reason": "Gift"}, "order_line_base_is_not_negative"),
        ({"trace": {"rule": 1}}, "order_line_trace_is_a_list"),
    ],
)
def test_the_database_refuses_a_price_without_a_reason(given, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        line(**given)
