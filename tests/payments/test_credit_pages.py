"""Credit as the payer meets it: at the checkout, and in the portal; and as staff do (R6)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.payments import paying, paying_out, refunding
from kring.payments.models import CreditAccount, Payment
from tests import make
from tests.payments import ordering
from tests.payments.instalments import complete
from tests.payments.ordering import euro, fresh
from tests.payments.test_instalment_pages import pay, plan
from tests.payments.test_pages import methods_on, text_of
from tests.web.manage.conftest import Staff, url

pytestmark = pytest.mark.django_db
EMAIL = "ada@example.org"


@pytest.fixture
def credit(organisation: Any) -> CreditAccount:
    """Of twenty euro, which Ada got for another order."""
    with scope(organisation):
        payment = ordering.start(ordering.order(price="50.00"), "transfer").payment
        paying.confirm(payment)
        refunding.refund(fresh(payment), amount=euro("20.00"), reason="Ill", by=None, how="credit")
        User.objects.get(email=EMAIL).emailaddress_set.update_or_create(email=EMAIL, defaults={"verified": True})
        return CreditAccount.objects.get()


@pytest.fixture
def order(organisation: Any) -> Any:
    with scope(organisation):
        return ordering.order(price="30.00")


def test_who_has_proved_to_be_the_payer_pays_with_it_and_the_rest_otherwise(visitor, organisation, credit, order):
    path = f"/orders/{order.secret}/payment/"
    assert "credit" not in methods_on(visitor.get(path))
    visitor.force_login(User.objects.get(email=EMAIL))

    page = visitor.get(path)
    assert methods_on(page)[0] == "credit"
    assert "You have €20.00; €20.00 of it can be used here." in text_of(page)
    answer = visitor.post(path, {"method": "credit"})

    assert (answer.status_code, answer["Location"]) == (302, path)
    page = visitor.get(path)
    assert "credit" not in methods_on(page) and "Pay €10.00" in text_of(page)
    assert visitor.post(path, {"method": "transfer"}).status_code == 302
    with scope(organisation):
        rest = Payment.objects.latest("pk")
        assert (rest.amount, fresh(credit).balance) == (10, 0)
        paying.confirm(rest)
        assert fresh(order).state == "paid"


def test_a_stranger_who_is_logged_in_or_names_the_method_gets_none_of_it(visitor, organisation, credit, order):
    path = f"/orders/{order.secret}/payment/"
    for user in (None, make.user("eve@example.org")):
        if user:
            visitor.force_login(user)
        assert visitor.post(path, {"method": "credit"}).status_code == 422

    with scope(organisation):
        assert fresh(credit).balance == 20


def test_who_pays_for_another_buyer_hears_of_it_and_gets_it_back(visitor, organisation, credit):
    with scope(organisation):
        order = ordering.order(price="30.00")
        type(order).objects.filter(pk=order.pk).update(buyer_email="bob@example.org", buyer_name="Bob")
    visitor.force_login(User.objects.get(email=EMAIL))

    visitor.post(f"/orders/{order.secret}/payment/", {"method": "credit"})

    with scope(organisation):
        payment = Payment.objects.select_related("order").get(method="credit")
        assert payment.paid_by[1] == EMAIL
        refunding.refund(payment, amount=euro("20.00"), reason="Ill", by=None)
        paying_out.pay_out(fresh(credit), amount=euro("20.00"), how="cash", reason="Asked for", by=None)
        heard = Message.objects.filter(template__in=["credit-changed", "payment-refunded"])
        assert set(heard.values_list("recipient", flat=True)) == {EMAIL}


def test_who_chooses_instalments_pays_no_more_than_the_deposit_with_it(visitor, organisation, credit):
    with scope(organisation):
        camp = make.attraction(price="30", capacity=10)
        plan(camp, deposit="5")
        order = ordering.order(attraction=camp)
    visitor.force_login(User.objects.get(email=EMAIL))

    pay(visitor, order, "credit")

    with scope(organisation):
        assert (fresh(order).state, fresh(credit).balance) == ("paid", 15)


def test_the_next_instalment_is_paid_once_by_two_clicks(visitor, organisation, credit):
    with scope(organisation):
        order = complete("5", "10", "15")
    visitor.force_login(User.objects.get(email=EMAIL))
    path = f"/orders/{order.secret}/rest/"
    seen = re.search(r'name="seen" value="([^"]+)"', visitor.get(path).content.decode())
    assert seen is not None

    for _again in range(2):
        visitor.post(path, {"method": "credit", "how_much": "other", "amount": "7", "seen": seen[1]})

    with scope(organisation):
        assert (seen[1], fresh(credit).balance) == ("25.00", 13)


def test_sent_twice_it_is_spent_once(visitor, organisation, credit, order):
    visitor.force_login(User.objects.get(email=EMAIL))

    for _again in range(2):
        visitor.post(f"/orders/{order.secret}/payment/", {"method": "credit"})

    with scope(organisation):
        assert fresh(credit).balance == 0 and order.payments.filter(method="credit").count() == 1


def test_the_portal_shows_balance_and_changes_to_its_owner_only(visitor, organisation, credit):
    visitor.force_login(User.objects.get(email=EMAIL))
    page = text_of(visitor.get("/portal/credit/"))
    assert "€20.00" in page and re.search(r"Refund of order \w+ .* \+€20.00", page)

    with scope(organisation):
        visitor.force_login(make.staff("door"))
    assert "No credit" in text_of(visitor.get("/portal/credit/"))


def test_staff_see_it_and_pay_it_out(organisation, credit):
    with scope(organisation):
        treasurer = Staff(organisation, make.staff("treasurer"))
    assert EMAIL in text_of(treasurer.page("credits"))
    form = {"amount": "15.00", "how": "transfer", "reason": "Asked for", "holder": "", "iban": ""}

    assert treasurer.act("credit_paying_out", credit.pk, **form | {"amount": "20.01"}).status_code == 422
    answer = treasurer.act("credit_paying_out", credit.pk, **form)

    assert (answer.status_code, answer["Location"]) == (302, url("credit", credit.pk))
    again = treasurer.act("credit_paying_out", credit.pk, **form | {"amount": "1.00", "seen": "20.00"})
    assert again.status_code == 422 and "the credit has changed" in text_of(again)
    page = text_of(treasurer.page("credit", credit.pk))
    assert "€5.00" in page and "Paid out by bank transfer" in page
