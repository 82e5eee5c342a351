"""The pretend provider behaves, and misbehaves, as real ones do; the method calls it like a real one."""

from __future__ import annotations

import http.server
import json
import threading
from datetime import timedelta

import pytest

from kring.core.tenancy import scope
from kring.payments import polling
from kring.payments.method import ProviderUnavailable
from kring.payments.methods import method
from kring.payments.models import Notification, Payment, ProviderAccount
from kring.payments.testpay import signing, wire
from kring.payments.testpay.models import TestpayCharge as Charge
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import KEY, act, charge_of, fresh


@pytest.fixture
def order(organisation):
    with scope(organisation):
        return ordering.order()


@pytest.fixture
def payment(order):
    return ordering.start(order, "testpay").payment


def states(organisation, payment):
    with scope(organisation):
        return fresh(payment).state, fresh(payment.order).state


def outcomes(organisation):
    with scope(organisation):
        return list(Notification.objects.order_by("pk").values_list("state", "outcome"))


def test_the_payer_is_sent_to_the_providers_page(organisation, payment):
    with scope(organisation):
        charge = charge_of(payment)

    assert payment.provider_data["url"] == f"{organisation.url}/testpay/{charge.public_id}/"
    assert (charge.amount, charge.currency, charge.reference) == (payment.amount, "EUR", payment.reference)


def test_the_same_attempt_is_charged_once_however_often_it_begins(organisation, order, payment):
    with scope(organisation):
        Payment.objects.filter(pk=payment.pk).update(state="created", provider_id="", provider_data={})

    again = ordering.start(order, "testpay").payment

    assert again.provider_id == payment.provider_id
    with scope(organisation):
        assert Charge.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "ends", "expected"),
    [
        ("pay", ("paid", "paid"), [("applied", "received")]),
        ("fail", ("failed", "awaiting"), [("applied", "failed")]),
        ("twice", ("paid", "paid"), [("applied", "received")]),
        ("silent", ("pending", "awaiting"), []),
        ("close", ("pending", "awaiting"), []),
        ("wrong_amount", ("pending", "awaiting"), [("refused", "49.94 EUR instead of 49.95 EUR")]),
        (
            "reorder",
            ("paid", "paid"),
            [("applied", "received"), ("ignored", "still in progress"), ("ignored", "had ended before")],
        ),
    ],
)
def test_each_action_has_its_end(organisation, payment, action, ends, expected):
    act(organisation, payment, action)
    work()

    assert states(organisation, payment) == ends
    assert outcomes(organisation) == expected


def test_what_is_paid_later_arrives_later(organisation, payment):
    act(organisation, payment, "later")
    work()
    assert states(organisation, payment) == ("pending", "awaiting")
    assert outcomes(organisation) == [("ignored", "still in progress")]

    work(later=timedelta(minutes=3))

    assert states(organisation, payment) == ("paid", "paid")


def test_what_is_over_stays_over(organisation, payment):
    act(organisation, payment, "pay")
    act(organisation, payment, "fail")
    work()

    assert states(organisation, payment) == ("paid", "paid")


def test_asked_it_says_how_it_stands(organisation, payment):
    act(organisation, payment, "silent")

    payment.provider_account = ProviderAccount(keys={"key": KEY})
    result = method("testpay").poll(payment)

    assert (result.status, result.amount, result.currency, result.reference) == (
        "paid",
        payment.amount,
        "EUR",
        payment.reference,
    )


def test_to_whoever_has_not_the_key_it_says_nothing(organisation, payment):
    payment.provider_account = ProviderAccount(keys={"key": "another key of a merchant"})

    with pytest.raises(ProviderUnavailable):
        method("testpay").poll(payment)


def test_while_it_is_away_nothing_moves_and_the_next_click_goes_on(organisation, order, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(wire, "call", lambda *args, **kwargs: wire.Response(503, b""))
        with pytest.raises(ProviderUnavailable):
            ordering.start(order, "testpay")

    with scope(organisation):
        attempt = Payment.objects.get()
        assert (attempt.state, attempt.provider_id) == ("created", "")
    assert ordering.start(order, "testpay").payment == attempt


def test_told_while_we_were_still_asking_the_payer_need_not_go_anywhere(organisation, order, monkeypatch):
    """The notification is faster than the provider's answer to us."""
    ask = wire.call

    def answer_late(*args, **kwargs):
        monkeypatch.setattr(wire, "call", ask)
        response = ask(*args, **kwargs)
        with scope(organisation):
            [attempt] = Payment.objects.all()
            charge = Charge.objects.get()
            attempt.provider_id = charge.public_id
        act(organisation, attempt, "pay")
        work()
        return response

    monkeypatch.setattr(wire, "call", answer_late)

    started = ordering.start(order, "testpay")

    assert started.answer.paid is True
    assert states(organisation, started.payment) == ("paid", "paid")


def test_what_nobody_hears_is_told_again(organisation, payment, monkeypatch):
    act(organisation, payment, "pay")
    with monkeypatch.context() as deaf:
        deaf.setattr(wire, "deliver", lambda *args, **kwargs: 500)
        work()
    assert states(organisation, payment) == ("pending", "awaiting")

    work(later=timedelta(minutes=1))

    assert states(organisation, payment) == ("paid", "paid")


def test_it_tells_over_the_network_where_somebody_listens():
    heard = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, self.headers["Host"], self.headers[signing.HEADER], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        host = f"club.kring.localhost:{server.server_port}"
        status = wire.deliver(f"http://{host}/told/?account=1", headers={signing.HEADER: "s"}, body=b"{}")
        thread.join()

    assert (status, heard) == (200, [("/told/?account=1", host, "s", b"{}")])


class TestItsAddresses:
    """Anybody can reach them, so they lead nowhere else and say nothing."""

    def open(self, visitor, **changes):
        site = f"http://{visitor.defaults['HTTP_HOST']}"
        wish = {
            "reference": "R-1",
            "amount": "5.00",
            "currency": "EUR",
            "description": "",
            "return_url": f"{site}/",
            "notify_url": f"{site}/",
        }
        return visitor.post(
            "/testpay/charges/",
            json.dumps(wish | changes),
            content_type="application/json",
            headers={"Authorization": f"Bearer {KEY}"},
        )

    def test_a_charge_is_opened(self, visitor):
        assert sorted(self.open(visitor).json()) == ["charge", "page"]

    @pytest.mark.parametrize("name", ["return_url", "notify_url"])
    @pytest.mark.parametrize("address", ["https://evil.example/", "http://127.0.0.1:5432/", "//evil.example/", "", 5])
    def test_it_leads_to_no_other_site(self, visitor, name, address):
        assert self.open(visitor, **{name: address}).status_code == 400

    @pytest.mark.parametrize(
        "changes", [{"amount": "much"}, {"amount": None}, {"amount": "NaN"}, {"reference": "R" * 99}]
    )
    def test_nonsense_is_refused(self, visitor, changes):
        assert self.open(visitor, **changes).status_code == 400

    def test_the_page_of_another_organisation_is_not_there(self, client, payment):
        client.defaults["HTTP_HOST"] = f"{make.organisation().subdomain}.kring.localhost"

        assert client.get(f"/testpay/{payment.provider_id}/").status_code == 404

    def test_outside_demo_and_tests_nothing_of_it_is_there(self, visitor, payment, settings):
        settings.TESTPAY = False

        assert self.open(visitor).status_code == 404
        for address in (f"/testpay/{payment.provider_id}/", f"/testpay/charges/{payment.provider_id}/"):
            assert visitor.get(address).status_code == 404

    def test_the_payer_chooses_and_comes_back(self, visitor, organisation, order, payment):
        page = visitor.get(f"/testpay/{payment.provider_id}/")
        assert page.status_code == 200

        answer = visitor.post(f"/testpay/{payment.provider_id}/", {"action": "pay"})

        assert answer.headers["Location"] == f"{organisation.url}/orders/{order.secret}/payment/return/"
        polling.ask(organisation.pk, payment.pk)
        assert states(organisation, payment) == ("paid", "paid")

    @pytest.mark.parametrize("action", ["", "steal", "x" * 10_000])
    def test_a_action_it_does_not_know_does_nothing(self, visitor, organisation, payment, action):
        assert visitor.post(f"/testpay/{payment.provider_id}/", {"action": action}).status_code == 200
        with scope(organisation):
            assert charge_of(payment).state == "open"
