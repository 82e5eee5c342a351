"""Refunds as staff see and make them: by the provider or by hand, how far each is, what failed (R6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.payments.models import Payment, Refund
from kring.payments.testpay import returning
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(treasurer: Staff) -> Payment:
    """Received by the pretend provider."""
    with scope(treasurer.organisation):
        order = ordering.order()
    payment = ordering.start(order, "testpay").payment
    payment.order = order
    act(treasurer.organisation, payment, "pay")
    work()
    return payment


def at_its_site(treasurer: Staff, payment: Payment, do: Any) -> None:
    with scope(treasurer.organisation):
        do(charge_of(payment))
    work()


def the_refund(treasurer: Staff) -> Refund:
    with scope(treasurer.organisation):
        return Refund.objects.latest("pk")


def test_the_provider_is_the_way_that_is_offered_first(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")
    work()

    page = treasurer.page("refunds")
    assert (column(page, "State"), column(page, "Way")) == (["refunded"], ["by the payment provider"])
    assert "€20.00" in text(treasurer.page("refund", the_refund(treasurer).pk))


def test_it_goes_to_whoever_paid(treasurer: Staff, payment: Payment) -> None:
    with scope(treasurer.organisation):
        Payment.objects.filter(pk=payment.pk).update(payer_name="Grandma", payer_email="grandma@example.org")
    assert "Grandma gets an email" in text(treasurer.page("payment_refund", payment.pk))
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")

    assert "Grandma" in column(treasurer.page("refunds"), "Goes to")[0]
    assert "grandma@example.org" in text(treasurer.page("refund", the_refund(treasurer).pk))


def test_pretended_money_is_marked(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")
    assert "test" not in column(treasurer.page("refunds"), "Amount")[0]

    with scope(treasurer.organisation):
        Payment.objects.filter(pk=payment.pk).update(is_test=True)

    assert "test" in column(treasurer.page("refunds"), "Amount")[0]
    assert "test" in text(treasurer.page("refund", the_refund(treasurer).pk))


def test_what_failed_waits_for_a_person_who_chooses_another_way(treasurer: Staff, payment: Payment) -> None:
    at_its_site(treasurer, payment, lambda charge: returning.behave(charge, "no_balance"))
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")
    work()
    assert "1 refund that failed" in text(treasurer.page("dashboard"))
    assert column(treasurer.page("refunds", needs="decision"), "State") == ["refused"]
    assert "insufficient_balance" in text(treasurer.page("refund", the_refund(treasurer).pk))

    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill", how="cash")

    assert "refund that failed" not in text(treasurer.page("dashboard"))
    assert column(treasurer.page("refunds"), "State") == ["refunded", "refused"]


def test_a_failure_may_be_put_aside(treasurer: Staff, payment: Payment) -> None:
    at_its_site(treasurer, payment, lambda charge: returning.behave(charge, "no_balance"))
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")
    work()

    treasurer.act("refund_seen", the_refund(treasurer).pk)

    assert column(treasurer.page("refunds", needs="decision"), "State") == []


def test_a_refund_that_was_noted_by_mistake_is_taken_back(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill", how="cash")
    refund = the_refund(treasurer)
    assert errors(treasurer.act("refund_taking_back", refund.pk, reason="")).keys() == {"reason"}

    treasurer.act("refund_taking_back", refund.pk, reason="Wrong order")

    assert the_refund(treasurer).state == "taken_back"
    assert treasurer.get(url("refund_taking_back", refund.pk)).status_code == 404


def test_disputes_are_listed_with_their_day_and_shown_on_the_order(treasurer: Staff, payment: Payment) -> None:
    at_its_site(treasurer, payment, lambda charge: returning.act(charge, "dispute"))

    assert column(treasurer.page("disputes"), "State") == ["to be answered"]
    assert "1 disputed payment to answer" in text(treasurer.page("dashboard"))
    order = text(treasurer.page("order", payment.order.number))
    assert "€49.95 disputed by the payer" in order and "Taken back by the payer's bank" in order


def test_the_buyer_sees_what_is_on_its_way_and_what_went_back(treasurer: Staff, payment: Payment, client: Any) -> None:
    at_its_site(treasurer, payment, lambda charge: returning.behave(charge, "later"))
    treasurer.act("payment_refund", payment.pk, amount="20", reason="Ill")
    work()
    address = f"/orders/{payment.order.secret}/"
    host = f"{treasurer.organisation.subdomain}.kring.localhost"
    assert "Refund under way" in client.get(address, HTTP_HOST=host).content.decode()

    at_its_site(treasurer, payment, lambda charge: returning.act(charge, "refund_arrive"))

    page = client.get(address, HTTP_HOST=host).content.decode()
    assert "Refund under way" not in page and "Refunded" in page


def test_a_second_click_and_another_tab_refund_nothing_more(treasurer: Staff, payment: Payment) -> None:
    form = {"amount": "20", "reason": "Ill", "how": "provider"}
    treasurer.act("payment_refund", payment.pk, **form, seen="49.95")

    page = treasurer.act("payment_refund", payment.pk, **form, seen="49.95")

    assert page.status_code == 422
    with scope(treasurer.organisation):
        assert Refund.objects.count() == 1
    # Who means it may do it now.
    assert 'name="seen" value="29.95"' in page.content.decode()
    assert treasurer.act("payment_refund", payment.pk, **form, seen="29.95").status_code == 302
