"""Fifty invoices at the same moment: each number once, and none left out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Max

from kring.billing.invoicing import asking, issuing, numbering
from kring.billing.models import Invoice, Order
from kring.core.tenancy import scope
from tests import make
from tests.billing.invoicing import paid
from tests.payments.test_at_the_same_moment import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50


@pytest.fixture
def orders(transactional_db: None) -> list[Order]:
    organisation = make.organisation()
    with scope(organisation):
        paid.sends_invoices()
        made = [paid.order() for _ in range(MANY)]
        for order in made:
            asking.ask(order, paid.ADDRESS, by=None)
    return made


def issue(order: Order) -> Any:
    with scope(order.organisation):
        return issuing.issue(Order.objects.get(pk=order.pk))


def test_fifty_at_once_have_fifty_numbers(orders: list[Order]) -> None:
    results = at_once(*[lambda order=order: issue(order) for order in orders])

    assert sorted(each.sequence for each in results) == list(range(1, MANY + 1))
    with scope(orders[0].organisation):
        assert numbering.with_gaps() == []


def test_one_order_twice_at_once_has_one_invoice(orders: list[Order]) -> None:
    results = at_once(*[lambda: issue(orders[0])] * 6)

    assert sum(result is not None for result in results) == 1
    with scope(orders[0].organisation):
        assert Invoice.objects.count() == 1


def test_without_the_locked_series_they_would_not(orders: list[Order], monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: numbers read from what is there, as if nobody else did so now."""

    def read(prefix: str, day: Any) -> int:
        return (Invoice.objects.aggregate(last=Max("sequence"))["last"] or 0) + 1

    monkeypatch.setattr(numbering, "draw", read)
    results = at_once(*[lambda order=order: issue(order) for order in orders])

    assert any(isinstance(each, IntegrityError) for each in results)
