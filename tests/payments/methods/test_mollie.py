"""Mollie, through the pretend one: over real HTTP, by Mollie's own client (P4, P7)."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.demo.counterparts.mollie import Mollie
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments.method import (
    BadNotification,
    Hint,
    KeysRefused,
    ProviderUnavailable,
    RefundRefused,
)
from kring.payments.methods import method
from kring.payments.methods.mollie import WrongMode, client
from kring.payments.models import Notification, Payment
from kring.payments.refusals import NotOffered
from tests.payments import ordering
from tests.payments.pretending import ask, connect, delivered, eventually, now, post, press

KEY, OTHER_KEY = "test_" + "k" * 30, "test_" + "o" * 30
SECRET = "the signing secret of a webhook"


@pytest.fixture
def mollie(settings):
    with Mollie() as provider:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "mollie": provider.url}
        yield provider
        client.connections().close()
        client.connections.cache_clear()


@pytest.fixture
def account(organisation, mollie):
    return connect(organisation, "mollie", {"key": KEY})


@pytest.fixture
def order(organisation, account):
    with scope(organisation):
        return ordering.order(capacity=1)


@pytest.fixture
def payment(order):
    return ordering.start(order, "mollie", settings={}).payment


@pytest.fixture
def act(mollie, payment):
    """The payer presses a button on Mollie's page."""
    return lambda button: press(f"{mollie.url}/checkout/{payment.provider_id}", button)


@pytest.fixture
def at_home(mollie, payment):
    """On Mollie's dashboard."""
    return lambda button: press(f"{mollie.url}/dashboard", f"{button} {payment.provider_id}")


def wanted(amount="49.95", reference="refund-1"):
    return SimpleNamespace(amount=Decimal(amount), reference=reference)


# Keys


def test_the_keys_are_tried_and_the_account_is_called_as_its_profile(account):
    assert (account.name, account.state, account.is_test) == ("Pretend club", "working", True)


@pytest.mark.parametrize(("mode", "key"), [("live", KEY), ("test", "live_" + "k" * 30), ("test", "k" * 35)])
def test_a_key_of_the_other_mode_is_refused_and_not_tried(organisation, mollie, mode, key):
    with pytest.raises(WrongMode):
        connect(organisation, "mollie", {"key": key}, mode=mode)

    assert mollie.requests == []


def test_a_key_that_mollie_does_not_know_is_refused(organisation, mollie):
    mollie.revoked.add(KEY)

    with pytest.raises(KeysRefused):
        connect(organisation, "mollie", {"key": KEY})


def test_keys_revoked_while_selling_put_it_out_of_use(organisation, mollie, account, order):
    mollie.revoked.add(KEY)

    with pytest.raises(KeysRefused):
        ordering.start(order, "mollie", settings={})

    assert now(organisation, account).state == "refused"
    with pytest.raises(NotOffered):
        ordering.start(order, "mollie", settings={})


# The ways to pay there


def test_its_ways_are_shown_as_it_names_them_also_those_of_next_year(visitor, mollie, order):
    mollie.methods |= {"wero": "Wero", "quantumpay": "QuantumPay"}

    page = visitor.get(f"/orders/{order.secret}/payment/ways/mollie/").content.decode()

    assert page.strip() == "iDEAL | Wero, Card, Bancontact, Wero, QuantumPay"
    query = mollie.requests[-1].query
    assert (query["amount[value]"], query["amount[currency]"]) == ("49.95", "EUR")
    assert (query["locale"], query["billingCountry"]) == ("en_GB", "NL")


def test_they_are_asked_once_an_hour(visitor, mollie, order):
    for _again in range(2):
        visitor.get(f"/orders/{order.secret}/payment/ways/mollie/")

    assert [request.path for request in mollie.requests].count("/v2/methods") == 2  # one of them when it was connected


@pytest.mark.parametrize("mood", ["status 500", "garbage", "empty"])
def test_without_an_answer_the_card_has_no_names_and_is_still_offered(visitor, organisation, mollie, order, mood):
    with scope(organisation):
        offer(order)
    mollie.behave(mood)

    ways = visitor.get(f"/orders/{order.secret}/payment/ways/mollie/")

    assert (ways.status_code, ways.content.strip()) == (200, b"")
    page = visitor.get(f"/orders/{order.secret}/payment/").content.decode()
    assert 'value="mollie"' in page and f"/orders/{order.secret}/payment/ways/mollie/" in page
    assert "django_htmx/htmx" in page  # it loads them


def offer(order):
    from kring.events.models import Event, PaymentOption

    PaymentOption.objects.create(event=Event.objects.get(), method="mollie", settings={}, position=9)


# Beginning


def test_the_payer_goes_to_its_page_and_it_knows_where_to_come_back_to(mollie, order, account):
    started = ordering.start(order, "mollie", settings={})

    kept = mollie.kind("payments")[started.payment.provider_id]
    assert started.answer.url == f"{mollie.url}/checkout/{kept['id']}"
    assert kept["amount"] == {"value": "49.95", "currency": "EUR"}
    assert kept["metadata"] == {"reference": started.payment.reference}
    assert (kept["description"], kept["locale"]) == (started.payment.reference, "en_GB")
    assert kept["webhookUrl"].endswith(f"/payments/mollie/notifications/?account={account.public_id}")
    assert kept["redirectUrl"] == kept["cancelUrl"] != ""


def test_each_attempt_has_an_idempotency_key_of_its_own(organisation, mollie, order):
    first = ordering.start(order, "mollie", settings={}).payment
    with scope(organisation):
        Payment.objects.filter(pk=first.pk).let_go()
    ordering.start(order, "mollie", settings={})

    made = [request for request in mollie.requests if request.verb == "POST"]
    assert len({request.headers["idempotency-key"] for request in made}) == 2
    assert len(mollie.kind("payments")) == 2


@pytest.mark.parametrize(
    "mood", ["status 500", "status 503", "garbage", "empty", "redirect loop", "lost answer", "slow"]
)
def test_whatever_happens_to_the_answer_it_is_tried_once_and_a_second_try_is_the_same_payment(
    monkeypatch, organisation, mollie, order, mood
):
    monkeypatch.setattr("kring.demo.counterparts.server.SECONDS_OF_A_SLOW_ONE", 0.5)
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.1 if mood == "slow" else 8)
    mollie.behave(mood, "well")
    with pytest.raises(ProviderUnavailable):
        ordering.start(order, "mollie", settings={})

    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 8)
    again = ordering.start(order, "mollie", settings={}).payment

    with scope(organisation):
        assert Payment.objects.count() == 1
    if mood in ("slow", "lost answer"):
        eventually(lambda: len([each for each in mollie.requests if each.verb == "POST"]) == 2)
    assert list(mollie.kind("payments")) == [again.provider_id]


def test_the_time_out_is_short_enough_for_a_page():
    assert client.TIMEOUT_SECONDS <= 10


# Notifications


def test_a_classic_notice_is_a_hint_and_nothing_of_it_is_kept(visitor, mollie, organisation, payment, act):
    act("pay")

    assert delivered(visitor, mollie, organisation, payment).state == "paid"
    with scope(organisation):
        assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    ("buttons", "state"),
    [
        (["pay"], "paid"),
        (["pay, notify twice"], "paid"),
        (["pay later"], "pending"),
        (["decline"], "failed"),
        (["cancel"], "failed"),
        (["expire"], "failed"),
    ],
)
def test_each_end_at_mollie_is_the_end_here_once(visitor, mollie, organisation, payment, act, buttons, state):
    for button in buttons:
        act(button)

    paid = delivered(visitor, mollie, organisation, payment, times=2)

    assert paid.state == state
    with scope(organisation):
        count = AuditEntry.objects.filter(action__in=["payment.received", "payment.failed"]).count()
        assert count == (0 if state == "pending" else 1)


@pytest.mark.parametrize(("button", "reason"), [("decline", "insufficient_funds"), ("cancel", "canceled")])
def test_why_it_failed_is_what_the_payer_reads(visitor, mollie, organisation, payment, act, button, reason):
    act(button)

    assert delivered(visitor, mollie, organisation, payment).failure_reason == reason


def test_a_notice_that_never_comes_loses_nothing(organisation, payment, act):
    act("pay, notify never")

    assert ask(organisation, payment).state == "paid"


def test_a_notice_before_the_money_is_asked_again_later(visitor, mollie, organisation, payment, act):
    act("pay, notify first")
    mollie.kind("payments")[payment.provider_id]["status"] = "open"
    assert delivered(visitor, mollie, organisation, payment).state == "pending"
    mollie.kind("payments")[payment.provider_id]["status"] = "paid"

    assert ask(organisation, payment).state == "paid"


def test_a_wrong_amount_is_not_believed_and_staff_are_told_once(visitor, mollie, organisation, payment, act):
    act("pay a wrong amount")

    assert delivered(visitor, mollie, organisation, payment, times=2).state == "pending"
    with scope(organisation):
        assert Message.objects.filter(template="payment-not-believed").count() == 1


def test_declined_and_then_paid_in_a_second_attempt(visitor, mollie, organisation, order, payment, act):
    act("decline")
    delivered(visitor, mollie, organisation, payment)
    second = ordering.start(order, "mollie", settings={}).payment
    press(f"{mollie.url}/checkout/{second.provider_id}", "pay")

    assert delivered(visitor, mollie, organisation, second).state == "paid"
    assert now(organisation, order).state == Order.State.PAID


def test_money_after_the_order_is_over_is_kept(visitor, mollie, organisation, order, payment, act):
    with scope(organisation):
        ordering.let_expire(order)
    act("pay")

    assert delivered(visitor, mollie, organisation, payment).state == "paid"


def test_a_name_of_next_year_is_kept_as_the_way_it_was_paid(mollie, organisation, payment, act):
    mollie.methods = {"quantumpay": "QuantumPay"}
    act("pay")

    report = method("mollie").poll(loaded(organisation, payment))

    assert (report.status, report.way) == ("paid", "quantumpay")


@pytest.mark.parametrize("status", ["open", "pending", "authorized", "something new"])
def test_what_is_not_over_is_still_under_way(mollie, organisation, payment, status):
    mollie.kind("payments")[payment.provider_id]["status"] = status

    assert method("mollie").poll(loaded(organisation, payment)).status == "pending"


@pytest.mark.parametrize("body", [b"", b"id=", b"id=ord_1", b"id=tr_1&id=tr_2", b"id=tr_\xff", b"id=tr_1/../x", b"x=1"])
def test_what_is_no_notice_is_refused(body):
    with pytest.raises(BadNotification):
        method("mollie").read_notification(body, {}, {"key": KEY})


def test_a_notice_about_an_unknown_payment_says_no_more_than_one_about_a_known(visitor, organisation, account, payment):
    url, form = payment_url(organisation, account), {"Content-Type": "application/x-www-form-urlencoded"}

    assert post(visitor, url, b"id=tr_unknown", form) == post(visitor, url, f"id={payment.provider_id}".encode(), form)


def test_a_notice_for_another_account_changes_nothing(visitor, mollie, organisation, payment, act):
    act("pay")
    for notice in mollie.notices:
        notice.url = notice.url.replace(payment.account, "another")

    mollie_answers = [post(visitor, each.url, each.body, each.headers) for each in mollie.notices]

    assert mollie_answers == [401]
    assert now(organisation, payment).state == "pending"


def payment_url(organisation, account):
    return account.notified_at(f"{organisation.url}/payments/mollie/notifications/")


# Signed notifications of a webhook of the organisation's own


def event(entity, **more):
    return json.dumps({"resource": "event", "id": "event_1", "entityId": entity, **more}).encode()


def signed(body, secret=SECRET):
    return {"x-mollie-signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_a_signed_event_is_a_hint_for_its_payment():
    body = event("tr_1")

    assert method("mollie").read_notification(body, signed(body), {"webhook_secret": SECRET}) == Hint("tr_1")


def test_of_a_refund_or_chargeback_too():
    body = event("re_1", _embedded={"entity": {"id": "re_1", "paymentId": "tr_1"}})

    assert method("mollie").read_notification(body, signed(body), {"webhook_secret": SECRET}) == Hint("tr_1")


def test_what_is_about_no_payment_is_believed_and_ignored():
    body = event("pl_1")

    assert method("mollie").read_notification(body, signed(body), {"webhook_secret": SECRET}) == Hint("")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-mollie-signature": ""},
        {"x-mollie-signature": "sha256="},
        {"x-mollie-signature": "sha256=ąę"},
        signed(event("tr_1"), "another secret"),
        signed(event("tr_2")),
        signed(b""),
    ],
)
def test_a_missing_or_wrong_signature_is_refused(headers):
    with pytest.raises(BadNotification):
        method("mollie").read_notification(event("tr_1"), headers, {"webhook_secret": SECRET})


@pytest.mark.parametrize("keys", [{}, {"webhook_secret": ""}])
def test_without_a_secret_no_signed_event_is_believed(keys):
    body = event("tr_1")

    with pytest.raises(BadNotification):
        method("mollie").read_notification(body, signed(body, ""), keys)


@pytest.mark.parametrize("body", [b"{", b"{}", b"[]", b'{"entityId": "tr_1", "_embedded": 1}', b'"tr_1"'])
def test_signed_garbage_is_refused(body):
    with pytest.raises(BadNotification):
        method("mollie").read_notification(body, signed(body), {"webhook_secret": SECRET})


# Closing


def loaded(organisation, payment):
    """With its account, as it is loaded in a scope."""
    with scope(organisation):
        return Payment.objects.select_related("provider_account", "order").get(pk=payment.pk)


def test_an_attempt_that_is_not_waited_for_cannot_be_paid_any_more(mollie, organisation, payment):
    report = method("mollie").close(loaded(organisation, payment))

    assert report.status == "failed"
    assert mollie.kind("payments")[payment.provider_id]["status"] == "canceled"


def test_closing_a_paid_one_finds_the_money(organisation, payment, act):
    act("pay")

    assert method("mollie").close(loaded(organisation, payment)).status == "paid"


def test_one_that_cannot_be_cancelled_stays_under_way(mollie, organisation, payment):
    mollie.kind("payments")[payment.provider_id] |= {"is_cancelable": False}

    assert method("mollie").close(loaded(organisation, payment)).status == "pending"


def test_a_new_attempt_after_a_change_of_price_closes_the_old_one(mollie, organisation, order, payment):
    with scope(organisation):
        Order.objects.filter(pk=order.pk).update(total=Decimal("40.00"))
        order = ordering.fresh(order)
    second = ordering.start(order, "mollie", settings={}).payment
    ask(organisation, payment)

    statuses = {name: each["status"] for name, each in mollie.kind("payments").items()}
    assert statuses == {payment.provider_id: "canceled", second.provider_id: "open"}


# Refunds and chargebacks


@pytest.fixture
def paid(organisation, payment, act):
    act("pay")
    return loaded(organisation, ask(organisation, payment))


def test_a_refund_is_under_way_then_done_and_is_ours_by_its_reference(paid, at_home):
    sent = method("mollie").refund(wanted("10.00"), paid)
    at_home("settle refunds")

    assert (sent.status, sent.reference, sent.amount) == ("pending", "refund-1", Decimal("10.00"))
    report = method("mollie").poll(paid)
    assert report.status == "paid"
    assert [(each.provider_id, each.status, each.reference) for each in report.refunds] == [
        (sent.provider_id, "done", "refund-1")
    ]


def test_a_refund_that_fails_later_is_found(paid, at_home):
    method("mollie").refund(wanted(), paid)
    at_home("settle refunds as failed")

    assert [each.status for each in method("mollie").poll(paid).refunds] == ["failed"]


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("queued", "pending"),
        ("processing", "pending"),
        ("canceled", "cancelled"),
        ("refunded", "done"),
        ("new", "pending"),
    ],
)
def test_each_state_of_a_refund(mollie, paid, there, here):
    method("mollie").refund(wanted(), paid)
    mollie.kind("payments")[paid.provider_id]["refunds"][0]["status"] = there

    assert [each.status for each in method("mollie").poll(paid).refunds] == [here]


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_refund_whose_answer_was_lost_is_made_once(mollie, paid, forgotten):
    mollie.behave("well", "lost answer", "well")
    with pytest.raises(ProviderUnavailable):
        method("mollie").refund(wanted(), paid)
    if forgotten:
        mollie.kind("answers").clear()

    again = method("mollie").refund(wanted(), paid)

    assert [each["id"] for each in mollie.kind("payments")[paid.provider_id]["refunds"]] == [again.provider_id]


def test_two_refunds_are_two(mollie, paid):
    for reference in ("refund-1", "refund-2"):
        method("mollie").refund(wanted("10.00", reference), paid)

    assert len(mollie.kind("payments")[paid.provider_id]["refunds"]) == 2


def test_without_enough_balance_it_is_refused_with_the_reason(mollie, paid):
    mollie.balance = Decimal("10.00")

    with pytest.raises(RefundRefused, match="balance"):
        method("mollie").refund(wanted(), paid)


def test_more_than_was_paid_is_refused(paid):
    with pytest.raises(RefundRefused):
        method("mollie").refund(wanted("49.96"), paid)


def test_a_refund_made_on_the_dashboard_is_reported_without_a_reference(paid, at_home):
    at_home("refund 5.00")

    report = method("mollie").poll(paid)
    assert [(each.amount, each.reference) for each in report.refunds] == [(Decimal("5.00"), "")]


def test_a_chargeback_is_a_dispute_and_reversed_it_is_won(paid, at_home):
    at_home("charge back")
    held = method("mollie").poll(paid)
    at_home("reverse the chargeback")
    back = method("mollie").poll(paid)

    assert [(each.status, each.amount, each.reason) for each in held.disputes] == [("open", Decimal("49.95"), "AC06")]
    assert [each.status for each in back.disputes] == ["won"]
    assert held.status == back.status == "paid"


def test_a_refunded_payment_stays_paid_when_it_is_asked_about(organisation, paid, at_home):
    at_home("refund 5.00")

    assert ask(organisation, paid).state == "paid"


# What is not there


def test_a_payment_of_another_account_is_not_to_be_had(organisation, mollie, payment):
    found = loaded(organisation, payment)
    found.provider_account.keys = {"key": OTHER_KEY}

    with pytest.raises(ProviderUnavailable):
        method("mollie").poll(found)


def test_a_silent_one_is_asked_less_and_less_often(organisation, mollie, payment):
    mollie.behave("status 500")
    before = timezone.now()

    assert ask(organisation, payment).poll_at > before + timedelta(seconds=30)
