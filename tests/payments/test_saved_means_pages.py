"""Saved accounts as their owner meets them: in the portal, and when they pay (P4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import User
from kring.core.network_digests import digest_of_address
from kring.core.tenancy import scope
from kring.demo.counterparts.mollie import Mollie
from kring.demo.counterparts.stripe import Stripe
from kring.payments.methods.mollie import client
from kring.payments.models import Payment, SavedMeans
from tests import make
from tests.jobs import work
from tests.payments.ordering import fresh
from tests.payments.pretending import press
from tests.payments.saved_means import ACCOUNT, AtMollie, AtStripe
from tests.payments.test_pages import methods_on, text_of

EMAIL = "ada@example.org"
PAGE = "/portal/accounts/"


@pytest.fixture
def at(settings, organisation, visitor):
    with Mollie() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "mollie": server.url}
        at = AtMollie(server, organisation, visitor)
        at.connect()
        yield at
        client.connections().close()
        client.connections.cache_clear()


@pytest.fixture
def order(at):
    """Ada's, who has proved her address."""
    with scope(at.organisation):
        make.staff("member", email=EMAIL, name="Ada Lovelace")
    return at.order()


@pytest.fixture
def ada(visitor, order):
    visitor.force_login(User.objects.get(email=EMAIL))
    return visitor


def path(order: Any) -> str:
    return f"/orders/{order.secret}/payment/"


def test_an_account_is_kept_with_consent_in_the_portal(at, ada):
    text = text_of(ada.get(PAGE))
    assert "I authorise" in text and "within eight weeks" in text

    refused = ada.post(f"{PAGE}mollie/", {**ACCOUNT})
    assert refused.status_code == 422 and "Without this nothing is debited." in text_of(refused)
    answer = ada.post(f"{PAGE}mollie/", {**ACCOUNT, "agrees": "on"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    with scope(at.organisation):
        means = SavedMeans.objects.get()
        assert (means.state, means.payer_email) == ("active", EMAIL)
        assert means.evidence["address_digest"] == digest_of_address("127.0.0.1")
        assert "127.0.0.1" not in str(means.evidence)
        assert means.evidence["text"].startswith("I authorise")
    page = text_of(ada.get(PAGE))
    assert "NL91 … 4300" in page and "ready to use" in page
    assert "NL91ABNA0417164300" not in page


@pytest.mark.parametrize("iban", ["NL92ABNA0417164300", "", "AB12"])
def test_a_wrong_number_is_refused_and_not_sent(at, ada, iban):
    refused = ada.post(f"{PAGE}mollie/", {"holder": "Ada", "iban": iban, "agrees": "on"})

    assert refused.status_code == 422
    with scope(at.organisation):
        assert not SavedMeans.objects.exists()


def test_the_provider_is_not_asked_about_one_account_after_another(at, ada):
    answers = [ada.post(f"{PAGE}mollie/", {**ACCOUNT, "agrees": "on"}) for _attempt in range(11)]

    assert [each.status_code for each in answers] == [302] * 10 + [429]
    with scope(at.organisation):
        assert SavedMeans.objects.count() == 10


def test_a_provider_that_does_not_answer_is_said(at, ada):
    at.server.behave("status 500")

    answer = ada.post(f"{PAGE}mollie/", {**ACCOUNT, "agrees": "on"})

    assert answer.status_code == 503 and "does not answer" in text_of(answer)


def test_the_account_is_entered_on_stripes_page_and_one_returns(settings, organisation, visitor):
    with Stripe() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "stripe": server.url}
        at = AtStripe(server, organisation, visitor)
        at.connect()
        with scope(organisation):
            visitor.force_login(make.staff("member", email=EMAIL))
        answer = visitor.post(f"{PAGE}stripe/", {"agrees": "on"})
        [session] = server.kind("sessions").values()
        assert session["url"] in answer.content.decode()

        assert press(session["url"], "sepa_debit").endswith(PAGE)
        at.deliver()

        assert "NL … 4300" in text_of(visitor.get(PAGE))


def test_who_has_proved_no_address_keeps_nothing(at, visitor, order):
    with scope(at.organisation):
        eve = make.staff("member", email="eve@example.org")
        eve.emailaddress_set.update(verified=False)
    visitor.force_login(eve)

    assert "Confirm your email address first" in text_of(visitor.get(PAGE))
    assert visitor.post(f"{PAGE}mollie/", {**ACCOUNT, "agrees": "on"}).status_code == 404
    with scope(at.organisation):
        assert not SavedMeans.objects.exists()


def test_its_owner_pays_an_order_with_it_in_one_click_and_waits_for_the_bank(at, ada, order):
    means = at.kept()
    page = ada.get(path(order))
    assert f"saved-{means.pk}" in methods_on(page)
    assert "Debit NL91 … 4300" in text_of(page)

    answer = ada.post(path(order), {"method": f"saved-{means.pk}"})

    with scope(at.organisation):
        payment = Payment.objects.get()
        assert (payment.state, payment.means_id) == ("pending", means.pk)
    assert answer["Location"] == f"{path(order)}{payment.pk}/"
    assert "Waiting for your bank" in text_of(ada.get(answer["Location"]))
    # Another way to pay is not offered meanwhile.
    assert ada.get(path(order))["Location"] == f"{path(order)}return/"
    at.collect(payment)
    assert at.delivered(payment).state == "paid"
    assert at.order_of(payment).state == "paid"


def test_two_clicks_charge_once(at, ada, order):
    means = at.kept()
    for _click in range(2):
        ada.post(path(order), {"method": f"saved-{means.pk}"})
    work()

    assert len(at.made()) == 1


@pytest.mark.parametrize("who", [None, "eve@example.org"])
def test_nobody_else_sees_or_uses_it(at, visitor, order, who):
    means = at.kept()
    if who:
        with scope(at.organisation):
            visitor.force_login(make.staff("member", email=who))

    assert f"saved-{means.pk}" not in methods_on(visitor.get(path(order)))
    assert visitor.post(path(order), {"method": f"saved-{means.pk}"}).status_code == 422
    assert visitor.post(f"{PAGE}{means.pk}/removal/").status_code in (302, 403, 404)
    with scope(at.organisation):
        assert fresh(means).state == "active"


def test_where_no_places_are_kept_for_days_it_is_not_offered(at, ada):
    means = at.kept()
    order = at.order(days_to_pay=1)

    assert f"saved-{means.pk}" not in methods_on(ada.get(path(order)))


def test_its_owner_revokes_it(at, ada, order):
    means = at.kept()

    ada.post(f"{PAGE}{means.pk}/removal/")

    work()
    assert at.now(means).state == "revoked"
    assert f"saved-{means.pk}" not in methods_on(ada.get(path(order)))
    assert "revoked" in text_of(ada.get(PAGE))


def test_without_a_payment_service_the_page_says_so(organisation, visitor):
    with scope(organisation):
        visitor.force_login(make.staff("member", email=EMAIL))

    assert "no payment service that debits accounts" in text_of(visitor.get(PAGE))


def test_a_failed_debit_is_told_to_the_payer_who_can_try_again(at, ada, order):
    means = at.kept()
    ada.post(path(order), {"method": f"saved-{means.pk}"})
    with scope(at.organisation):
        payment = Payment.objects.get()
    at.bounce(payment)
    at.delivered(payment)

    page = text_of(ada.get(f"{path(order)}{payment.pk}/"))

    assert "There is not enough money on the account." in page


# The treasurer's


def test_the_treasurer_sees_them_masked_and_revokes_one(at, visitor):
    means = at.kept()
    with scope(at.organisation):
        visitor.force_login(make.staff("treasurer"))
    listed = "/organisation/settings/providers/saved-accounts/"

    page = visitor.get(listed)
    assert "Ada Lovelace" in text_of(page) and "NL91 … 4300" in text_of(page)
    assert "NL91ABNA0417164300" not in page.content.decode()
    assert "cannot be undone" in text_of(visitor.get(f"{listed}{means.pk}/revocation/"))
    visitor.post(f"{listed}{means.pk}/revocation/")

    assert (at.now(means).state, at.now(means).reason) == ("revoked", "staff")
    work()
    assert at.is_revoked_there(means)


@pytest.mark.parametrize("role", ["organiser", "member"])
def test_others_of_the_staff_do_not(at, visitor, role):
    means = at.kept()
    with scope(at.organisation):
        visitor.force_login(make.staff(role))
    listed = "/organisation/settings/providers/saved-accounts/"

    assert visitor.get(listed).status_code == 403
    assert visitor.post(f"{listed}{means.pk}/revocation/").status_code == 403
    assert at.now(means).state == "active"
