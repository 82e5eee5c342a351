"""Instalments as the buyer meets them: chosen at checkout, paid later (R8)."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events import instalment_planning
from kring.events.instalment_planning import PlannedPart
from kring.payments import paying
from kring.payments.models import Payment
from tests import make
from tests.payments import ordering
from tests.payments.instalments import complete, in_days
from tests.payments.ordering import act, fresh
from tests.payments.test_pages import text_of


def plan(attraction, deposit="100"):
    parts = [PlannedPart(Decimal(50), due_on=in_days(10)), PlannedPart(Decimal(50), due_on=in_days(20))]
    instalment_planning.plan(attraction, deposit=Decimal(deposit), is_percent=False, parts=parts)


@pytest.fixture
def order(organisation):
    with scope(organisation):
        camp = make.attraction(price="300", capacity=10)
        plan(camp)
        return ordering.order(attraction=camp)


def choices_of(page):
    return re.findall(r'name="when" value="([^"]+)"', page.content.decode())


def pay(visitor, order, method, *, in_parts=True):
    path = f"/orders/{order.secret}/payment/"
    at_once, parts = choices_of(visitor.get(path))
    return visitor.post(path, {"method": method, "when": parts if in_parts else at_once})


def test_the_page_shows_the_parts_beside_paying_at_once(visitor, order):
    page = text_of(visitor.get(f"/orders/{order.secret}/payment/"))

    assert "All at once €300.00" in page
    assert "€100.00 deposit now" in page
    assert page.count("€100.00 by") == 2
    assert "Pay €100.00 now" in page


def test_an_attraction_without_a_plan_shows_nothing_of_it(visitor, organisation):
    with scope(organisation):
        order = ordering.order(price="300")

    assert choices_of(visitor.get(f"/orders/{order.secret}/payment/")) == []


def test_the_deposit_is_paid_and_the_order_page_says_what_is_left(visitor, organisation, order):
    pay(visitor, order, "transfer")
    with scope(organisation):
        payment = Payment.objects.get()
        assert payment.amount == 100
        paying.confirm(payment)

    page = text_of(visitor.get(f"/orders/{order.secret}/"))

    assert "Your ticket" in page
    assert "Deposit €100.00 paid" in page
    assert "Still to be paid €200.00" in page


def test_paid_at_once_it_is_an_order_as_any(visitor, organisation, order):
    pay(visitor, order, "transfer", in_parts=False)

    with scope(organisation):
        assert Payment.objects.get().amount == 300
        assert not fresh(order).is_in_instalments


def test_a_plan_that_changed_since_the_page_was_opened_is_shown_again(visitor, organisation, order):
    _at_once, parts = choices_of(visitor.get(f"/orders/{order.secret}/payment/"))
    with scope(organisation):
        plan(order.lines.get().registrations.get().attraction, deposit="150")

    page = visitor.post(f"/orders/{order.secret}/payment/", {"method": "transfer", "when": parts})

    assert page.status_code == 422
    assert "The instalments have changed" in text_of(page)
    with scope(organisation):
        assert not Payment.objects.exists()


def test_the_deposit_is_not_paid_on_site(visitor, organisation, order):
    page = pay(visitor, order, "cash")

    assert page.status_code == 422
    with scope(organisation):
        assert fresh(order).state == "open"
        assert not fresh(order).is_in_instalments


@pytest.fixture
def camper(organisation):
    with scope(organisation):
        return complete("100", "150", "50")


def pay_rest(visitor, order, **data):
    return visitor.post(f"/orders/{order.secret}/rest/", {"method": "transfer"} | data)


@pytest.mark.parametrize(
    ("choice", "amount"),
    [
        ({"how_much": "next"}, 150),
        ({"how_much": "all"}, 200),
        ({"how_much": "other", "amount": "20,50"}, Decimal("20.50")),
    ],
)
def test_the_rest_is_paid_part_by_part_or_as_the_buyer_likes(visitor, organisation, camper, choice, amount):
    answer = pay_rest(visitor, camper, **choice)

    with scope(organisation):
        payment = Payment.objects.open().get()
    assert payment.amount == amount
    page = visitor.get(answer["Location"])
    assert f"Please pay €{amount:.2f}" in text_of(page)
    assert "tickets come by email" not in text_of(page)


@pytest.mark.parametrize("amount", ["", "0", "-1", "200.01", "x", "1e9"])
def test_another_amount_than_is_open_is_an_error_at_its_field(visitor, organisation, camper, amount):
    page = pay_rest(visitor, camper, how_much="other", amount=amount)

    assert page.status_code == 422
    with scope(organisation):
        assert not Payment.objects.open().exists()


def test_the_rest_goes_over_a_provider_too_and_comes_back_to_the_order(visitor, organisation, camper):
    answer = pay_rest(visitor, camper, how_much="all", method="testpay")
    assert "/testpay/" in answer["Location"]
    with scope(organisation):
        payment = Payment.objects.open().get()
    act(organisation, payment, "pay")
    with scope(organisation):
        paying.confirm(fresh(payment))

    page = visitor.get(f"/orders/{camper.secret}/payment/return/", follow=True)

    assert page.redirect_chain[-1][0] == f"/orders/{camper.secret}/"
    assert "Pay the next instalment" not in text_of(page)


def test_a_failed_payment_of_the_rest_says_why_and_offers_to_try_again(visitor, organisation, camper):
    pay_rest(visitor, camper, how_much="all", method="testpay")
    with scope(organisation):
        payment = Payment.objects.open().get()
        paying.fail(payment, "insufficient_funds")

    page = visitor.get(f"/orders/{camper.secret}/payment/{payment.pk}/")

    assert "The payment failed" in text_of(page)
    again = visitor.get(f"/orders/{camper.secret}/payment/", follow=True)
    assert again.redirect_chain[-1][0] == f"/orders/{camper.secret}/rest/"


def test_where_nothing_is_open_there_is_no_page_to_pay_the_rest(visitor, organisation):
    with scope(organisation):
        order = ordering.order(price="300")
        paying.confirm(ordering.start(order, "transfer").payment)
        assert Order.objects.get().state == "paid"

    assert visitor.get(f"/orders/{order.secret}/rest/")["Location"] == f"/orders/{order.secret}/"
