"""Paying in a real browser: each page judged, and the whole way over the provider and back."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.core.sepa import Account
from kring.core.tenancy import scope
from kring.demo.counterparts.stripe import Stripe
from kring.events import instalment_planning
from kring.events.instalment_planning import PlannedPart
from kring.events.models import PaymentOption
from kring.mail.models import Message
from kring.payments import accounts, paying, refunding
from kring.payments.models import Refund
from kring.registrations import calling_off
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import fresh


@pytest.fixture
def organisation(transactional_db):
    return make.organisation()


@pytest.fixture
def order(organisation):
    with scope(organisation):
        return ordering.order(days_to_pay=5, tickets=2)


@pytest.fixture
def pay_page(visit, organisation, order):
    return visit(organisation, f"/orders/{order.secret}/payment/")


def choose(page, label):
    page.get_by_role("radio", name=label).check()
    page.locator("main button[type=submit].btn-primary").click()


def test_each_page_of_paying_stands_before_the_judges(pay_page, check_page, order):
    check_page(pay_page)
    pay_page.locator("main button[type=submit].btn-primary").click()
    pay_page.get_by_text("Choose how you want to pay.").wait_for()
    check_page(pay_page)

    choose(pay_page, "Bank transfer")
    pay_page.get_by_role("heading", name="Please pay €99.90").wait_for()
    check_page(pay_page)

    pay_page.get_by_role("link", name="Pay another way").click()
    choose(pay_page, "As instructed by the organiser")
    pay_page.get_by_text("Bring it to the clubhouse.").wait_for()
    check_page(pay_page)

    pay_page.get_by_role("link", name="Pay another way").click()
    choose(pay_page, "TestPay")
    pay_page.get_by_role("button", name="Go back without paying").wait_for()
    check_page(pay_page)

    pay_page.get_by_role("button", name="Go back without paying").click()
    pay_page.get_by_role("heading", name="Payment in progress").wait_for()
    check_page(pay_page)

    pay_page.get_by_role("link", name="Back to the payment service").click()
    pay_page.get_by_role("button", name="Refuse").click()
    pay_page.get_by_text("There is not enough money on the account").wait_for()
    check_page(pay_page)


def test_while_she_looks_the_money_arrives_and_the_page_goes_on_by_itself(pay_page, organisation, order):
    choose(pay_page, "TestPay")
    pay_page.get_by_role("button", name="Pay later").click()
    pay_page.get_by_role("heading", name="Payment in progress").wait_for()

    with scope(organisation):
        payment = order.payments.get()
    ordering.act(organisation, payment, "arrive")
    assert "payments.apply_notification" in work()

    pay_page.wait_for_url(f"**/orders/{order.secret}/")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_payer_goes_to_the_site_of_a_provider_and_comes_back(visit, organisation, order, settings, scripts):
    """To another site, as our security policy lets no form do."""
    with Stripe() as stripe:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": stripe.url}
        notify_url = f"{organisation.url}/payments/stripe/notifications/"
        keys = {"secret_key": "sk_test_vgbc"}
        accounts.connect(organisation, "stripe", mode="test", keys=keys, notify_url=notify_url, by=None)
        with scope(organisation):
            PaymentOption.objects.create(event=order.lines.first().registrations.get().event, method="stripe")
        page = visit(organisation, f"/orders/{order.secret}/payment/", java_script_enabled=scripts)

        if scripts:
            page.get_by_text("card, iDEAL | Wero, Bancontact").wait_for()
        choose(page, "Online payment")
        page.get_by_role("button", name="Pay by iDEAL | Wero").click()

        expect(page).to_have_url(re.compile(f"^(?!{re.escape(stripe.url)}).*/orders/{order.secret}/$"))


def test_without_scripts_she_pays_as_well(visit, organisation, order):
    page = visit(organisation, f"/orders/{order.secret}/payment/", java_script_enabled=False)

    choose(page, "TestPay")
    page.get_by_role("button", name="Pay", exact=True).click()

    page.wait_for_url(f"**/orders/{order.secret}/")


def test_the_button_says_what_the_chosen_way_does(pay_page):
    button = pay_page.locator("main button[type=submit].btn-primary")

    pay_page.get_by_role("radio", name="Bank transfer").check()
    expect(button).to_have_text("Pay €99.90", use_inner_text=True)

    pay_page.get_by_role("radio", name="Cash on site").check()
    expect(button).to_have_text("Complete registration", use_inner_text=True)


def test_in_instalments_the_button_says_what_is_paid_now(visit, organisation):
    with scope(organisation):
        order = ordering.order(price="49.95")
        attraction = order.lines.get().registrations.get().attraction
        parts = [PlannedPart(Decimal(100), due_on=timezone.localdate() + timedelta(days=5))]
        instalment_planning.plan(attraction, deposit=Decimal(10), is_percent=False, parts=parts)
    page = visit(organisation, f"/orders/{order.secret}/payment/")
    button = page.locator("main button[type=submit].btn-primary")
    expect(button).to_have_text("Pay €49.95", use_inner_text=True)

    page.get_by_role("radio", name="In instalments").check()
    expect(button).to_have_text("Pay €10.00 now", use_inner_text=True)

    page.get_by_role("radio", name="Cash on site").check()
    expect(button).to_have_text("Complete registration", use_inner_text=True)


def test_the_reference_is_copied_by_one_press(visit, organisation, order):
    page = visit(organisation, f"/orders/{order.secret}/payment/", permissions=["clipboard-read", "clipboard-write"])
    choose(page, "Bank transfer")

    page.get_by_role("button", name="Copy Account number").click()

    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "NL91ABNA0417164300"


def test_confirming_an_address_stands_before_the_judges(visit, check_page, organisation):
    with scope(organisation):
        order = ordering.order(capacity=6, tickets=2)
    page = visit(organisation, f"/orders/{order.secret}/payment/")
    page.get_by_role("radio", name="Bank transfer").check()
    check_page(page)

    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="Confirm your address").wait_for()
    check_page(page)

    with scope(organisation):
        link = re.search(r"/confirm-order/\S+/", Message.objects.get(template="confirm-order").text)[0]
    page = visit(organisation, link)
    check_page(page)
    page.get_by_role("button", name="Yes, reserve my places").click()
    page.get_by_role("heading", name="Please pay").wait_for()


def test_a_transfer_for_two_orders_is_divided_on_a_page_that_stands_before_the_judges(visit, check_page, organisation):
    with scope(organisation):
        treasurer = make.staff("treasurer")
        orders = [ordering.order(attraction=made) for made in [make.attraction(capacity=9, price="40")] * 2]
        for each in orders:
            ordering.start(each, "transfer")
    page = visit(organisation, "/organisation/payments/transfer/", user=treasurer)
    check_page(page)
    page.get_by_label("Amount").fill("80")
    page.get_by_label("Name at the bank").fill("Ada Lovelace")
    page.get_by_label("Reference at the bank").fill(orders[0].number)
    page.get_by_role("button", name="Find orders").click()

    for each in orders:
        page.get_by_label(f"Order {each.number} gets").fill("40")
    check_page(page)
    page.get_by_role("button", name="Book it").click()

    expect(page.get_by_role("heading", name="Orders & payments")).to_be_visible()
    with scope(organisation):
        assert {ordering.fresh(each).state for each in orders} == {"paid"}


def test_the_dry_run_of_a_mass_refund_stands_before_the_judges(visit, check_page, organisation, order):
    with scope(organisation):
        event = order.lines.first().registrations.get().event
        paying.confirm(ordering.start(order, "transfer").payment)
        calling_off.call_off(event, reason="A storm.")
        admin = make.staff("org_admin")

    page = visit(organisation, f"/organisation/events/{event.pk}/refund/", user=admin)

    expect(page.get_by_text("Together €99.90.")).to_be_visible()
    check_page(page)


def test_the_page_of_bank_files_stands_before_the_judges(visit, check_page, organisation, order):
    with scope(organisation):
        paid = ordering.start(order, "transfer").payment
        paying.confirm(paid)
        account = Account("Ada Lovelace", "NL91ABNA0417164300")
        refunding.refund(
            fresh(paid), amount=Decimal(20), reason="Ill", how=Refund.How.BANK_FILE, account=account, by=None
        )
        treasurer = make.staff("treasurer")

    page = visit(organisation, "/organisation/refunds/by-file/", user=treasurer)

    expect(page.get_by_text("Together €20.00.")).to_be_visible()
    check_page(page)
