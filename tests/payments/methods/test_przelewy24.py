"""Przelewy24, through the pretend one: what is paid is verified until that succeeds, and only then ours (P4, P7)."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts.przelewy24 import ADVANCE, CRC, MADE, MERCHANT, POS
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments.beginning import Payer
from kring.payments.method import BadNotification, KeysRefused, ProviderUnavailable, RefundRefused
from kring.payments.methods import method
from kring.payments.methods.przelewy24 import FAST, RETURNED, SLOW, calls
from kring.payments.models import Notification, Payment
from tests.jobs import work
from tests.payments import ordering
from tests.payments.methods.conftest import P24_KEYS as KEYS
from tests.payments.pretending import ask, connect, deliver, delivered, eventually, now, post, press

VERIFY = "/api/v1/transaction/verify"


@pytest.fixture
def account(p24_account):
    return p24_account


@pytest.fixture
def order(organisation, account):
    with scope(organisation):
        return ordering.order(capacity=1)


@pytest.fixture
def payment(order):
    return ordering.start(order, "przelewy24", settings={}).payment


@pytest.fixture
def there(p24, payment):
    """The transaction as Przelewy24 keeps it."""
    return p24.kind("transactions")[payment.provider_id]


@pytest.fixture
def act(p24, there):
    """The payer presses a button on its page."""
    return lambda button: press(f"{p24.url}/trnRequest/{there['token']}", button)


@pytest.fixture
def at_home(p24, there):
    """In the merchant's panel."""
    return lambda button: press(f"{p24.url}/panel", f"{button} {there['sessionId']}")


def wanted(amount="49.95", reference="5f0c8e0e6d8a4b6c9a1b2c3d4e5f6071"):
    return SimpleNamespace(amount=Decimal(amount), reference=reference)


def loaded(organisation, payment):
    """With its account, as it is loaded in a scope."""
    with scope(organisation):
        return Payment.objects.select_related("provider_account", "order").get(pk=payment.pk)


def verified(p24):
    return [request for request in p24.requests if request.path == VERIFY]


# Keys


def test_the_keys_are_tried(account):
    assert (account.name, account.state) == (str(MERCHANT), "working")


def test_keys_that_it_does_not_know_are_refused(organisation, p24):
    with pytest.raises(KeysRefused):
        connect(organisation, "przelewy24", {**KEYS, "report_key": "another"})


def test_live_keys_are_tried_at_the_live_host(organisation, p24, settings):
    settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "przelewy24": "http://127.0.0.1:9"}

    with pytest.raises(ProviderUnavailable):
        connect(organisation, "przelewy24", KEYS, mode="live")


def test_keys_revoked_while_selling_put_it_out_of_use(organisation, p24, account, order):
    p24.report_key = "another"

    with pytest.raises(KeysRefused):
        ordering.start(order, "przelewy24", settings={})
    assert now(organisation, account).state == "refused"


@pytest.mark.parametrize("wrong", [{"merchant_id": "12a"}, {"pos_id": "1 2"}, {"crc": ""}, {"report_key": ""}])
def test_its_form_asks_for_what_it_needs(wrong):
    form = method("przelewy24").account_form

    assert form(KEYS).is_valid()
    assert list(form({**KEYS, **wrong}).errors) == list(wrong)


# Beginning


def test_the_payer_goes_to_its_page(p24, order, account):
    started = ordering.start(order, "przelewy24", settings={})

    kept = p24.kind("transactions")[started.payment.provider_id]
    assert started.answer.url == f"{p24.url}/trnRequest/{kept['token']}"
    assert (kept["amount"], kept["currency"], kept["merchantId"], kept["posId"]) == (4995, "EUR", MERCHANT, POS)
    assert (kept["email"], kept["language"], kept["country"]) == ("ada@example.org", "en", "PL")
    assert kept["urlStatus"].endswith(f"?account={account.public_id}")
    assert len(kept["sessionId"]) <= 100


def test_its_page_closes_before_the_places_are_free_and_offers_nothing_slow(organisation, order, there):
    assert 0 < there["timeLimit"] * 60 < (now(organisation, order).expires_at - timezone.now()).total_seconds()
    assert there["channel"] == FAST and not FAST & SLOW


@pytest.mark.parametrize(("days_kept", "still_wanted", "is_slow"), [(14, 14, True), (2, 14, False), (14, 0.5, False)])
def test_slow_transfers_only_where_they_are_wanted_and_the_places_kept_as_long(
    organisation, p24, order, days_kept, still_wanted, is_slow
):
    with scope(organisation):
        Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() + timedelta(days=days_kept))
        order = ordering.fresh(order)
    latest = timezone.now() + timedelta(days=still_wanted)
    payment = ordering.start(order, "przelewy24", settings={}, latest=latest).payment

    kept = p24.kind("transactions")[payment.provider_id]
    assert (bool(kept["channel"] & SLOW), kept["timeLimit"] == 0) == (is_slow, is_slow)


def test_an_address_that_is_too_long_for_it_is_not_cut_into_somebody_elses(organisation, p24, order):
    with scope(organisation):
        Order.objects.filter(pk=order.pk).update(buyer_email="a" * 50 + "@example.org")
        order = ordering.fresh(order)
    payment = ordering.start(order, "przelewy24", settings={}).payment

    assert p24.kind("transactions")[payment.provider_id]["email"].startswith("noreply@")


@pytest.mark.parametrize("mood", ["status 500", "garbage", "empty", "redirect loop", "lost answer", "slow"])
def test_whatever_happens_to_the_answer_a_second_try_is_the_same_payment(monkeypatch, organisation, p24, order, mood):
    monkeypatch.setattr("kring.demo.counterparts.server.SECONDS_OF_A_SLOW_ONE", 0.5)
    monkeypatch.setattr(calls, "TIMEOUT_SECONDS", 0.1 if mood == "slow" else 8)
    p24.behave(mood, "well")
    with pytest.raises(ProviderUnavailable):
        ordering.start(order, "przelewy24", settings={})

    monkeypatch.setattr(calls, "TIMEOUT_SECONDS", 8)
    again = ordering.start(order, "przelewy24", settings={}).payment

    with scope(organisation):
        assert Payment.objects.count() == 1
    if mood in ("slow", "lost answer"):
        eventually(lambda: len([each for each in p24.requests if each.verb == "POST"]) == 2)
    assert list(p24.kind("transactions")) == [again.provider_id]


def test_the_time_out_is_short_enough_for_a_page():
    assert calls.TIMEOUT_SECONDS <= 10


# Notice, and verifying until it succeeds


def test_a_notice_is_stored_and_verified_and_only_then_it_is_paid(visitor, p24, organisation, payment, there, act):
    act("pay")
    assert set(deliver(visitor, p24)) == {200}

    with scope(organisation):
        kept = Notification.objects.get()
        assert (kept.state, kept.body["told"]["status"]) == ("stored", "unconfirmed")
    assert (now(organisation, payment).state, there["status"]) == ("pending", ADVANCE)
    work()

    assert (now(organisation, payment).state, there["status"]) == ("paid", MADE)
    assert now(organisation, payment).way == ""
    with scope(organisation):
        assert Notification.objects.get().outcome == "to be confirmed"


def test_told_twice_it_is_verified_and_received_once(visitor, p24, organisation, payment, act):
    act("pay, notify twice")

    assert delivered(visitor, p24, organisation, payment, times=2).state == "paid"
    assert len(verified(p24)) == 1
    with scope(organisation):
        assert AuditEntry.objects.filter(action="payment.received").count() == 1
        assert Message.objects.filter(template="order-confirmed").count() == 1


def test_without_a_notice_it_is_found_and_verified(organisation, payment, there, act):
    act("pay, notify never")

    assert ask(organisation, payment).state == "paid"
    assert there["status"] == MADE


@pytest.mark.parametrize("mood", ["status 500", "garbage", "redirect loop", "lost answer", "status 400"])
def test_it_is_verified_again_until_that_succeeds(visitor, p24, organisation, payment, act, mood):
    act("pay")
    p24.behave("well", mood)
    failed = delivered(visitor, p24, organisation, payment)
    assert failed.state == "pending"
    assert timezone.now() < failed.poll_at < timezone.now() + timedelta(minutes=5)
    p24.behave("well")

    with scope(organisation):
        Payment.objects.update(poll_at=timezone.now() - timedelta(seconds=1), polled_at=None)
    tick()
    work()

    assert now(organisation, payment).state == "paid"


def test_what_was_left_when_all_was_stopped_is_verified_afterwards(p24, organisation, payment, act):
    """Nothing is in the memory of a process: the row says when it is asked again."""
    act("pay, notify never")
    with scope(organisation):
        Payment.objects.update(poll_at=timezone.now() - timedelta(hours=5))
    tick()
    work()

    assert now(organisation, payment).state == "paid"


def unverified(organisation, visitor, p24, payment, minutes):
    """Paid so many minutes ago, and not verified to this day."""
    p24.behave("well", "status 500")
    delivered(visitor, p24, organisation, payment)
    with scope(organisation):
        Payment.objects.update(unconfirmed_since=timezone.now() - timedelta(minutes=minutes))


@pytest.mark.parametrize(("minutes", "is_shown"), [(4, False), (6, True)])
def test_paid_and_not_verified_for_five_minutes_staff_see_it(
    visitor, client, p24, organisation, payment, act, minutes, is_shown
):
    from tests import make

    act("pay")
    unverified(organisation, visitor, p24, payment, minutes)
    for _again in range(2):
        tick()
    with scope(organisation):
        staff = make.staff("org_admin")
        assert AuditEntry.objects.filter(action="payment.unconfirmed").count() == int(is_shown)
        number = payment.order.number
    client.force_login(staff)

    page = client.get(f"/organisation/orders/{number}/").content.decode()
    to_do = client.get("/organisation/orders/?needs=unconfirmed").content.decode()
    assert ("which has not confirmed it" in page) == is_shown
    assert (number in to_do) == is_shown
    assert ("which does not confirm it" in client.get("/organisation/").content.decode()) == is_shown


def test_once_it_is_verified_it_is_not_shown_any_more(visitor, p24, organisation, payment, act):
    act("pay")
    unverified(organisation, visitor, p24, payment, 6)
    p24.behave("well")

    assert ask(organisation, payment).unconfirmed_since is None
    with scope(organisation):
        assert not Payment.objects.unconfirmed().exists()


def test_what_went_back_to_the_payer_unverified_is_not_shown_any_more(visitor, p24, organisation, payment, there, act):
    act("pay")
    unverified(organisation, visitor, p24, payment, 6)
    p24.behave("well")
    there["status"] = RETURNED

    found = ask(organisation, payment)

    assert (found.state, found.unconfirmed_since, found.poll_at) == ("failed", None, None)


def test_who_pays_for_the_buyer_gives_their_own_address(p24, order):
    payer = Payer("Granny Smith", "granny@example.org")
    payment = ordering.start(order, "przelewy24", settings={}, payer=payer).payment

    assert p24.kind("transactions")[payment.provider_id]["email"] == "granny@example.org"


def test_a_wrong_amount_is_neither_verified_nor_believed_and_staff_are_told_once(
    visitor, p24, organisation, payment, there, act
):
    act("pay a wrong amount")

    assert delivered(visitor, p24, organisation, payment, times=2).state == "pending"
    ask(organisation, payment)
    assert (there["status"], verified(p24)) == (ADVANCE, [])
    with scope(organisation):
        assert Message.objects.filter(template="payment-not-believed").count() == 1


def test_another_original_amount_is_no_notice_of_ours(visitor, p24, organisation, payment, act):
    act("pay a wrong origin amount")

    assert deliver(visitor, p24) == [401]
    assert now(organisation, payment).state == "pending"


@pytest.mark.parametrize("button", ["decline", "cancel", "expire", "pay later"])
def test_without_money_it_waits_and_a_day_later_it_is_over(organisation, payment, act, button):
    act(button)
    assert ask(organisation, payment).state == "pending"
    with scope(organisation):
        Payment.objects.update(created_at=timezone.now() - timedelta(hours=25))

    over = ask(organisation, payment)

    assert (over.state, over.failure_reason) == ("failed", "expired")


def test_a_transfer_that_arrives_after_that_still_counts(visitor, p24, organisation, payment, act, at_home):
    act("pay later")
    with scope(organisation):
        Payment.objects.update(created_at=timezone.now() - timedelta(hours=25))
    ask(organisation, payment)
    at_home("the transfer arrives")

    assert delivered(visitor, p24, organisation, payment).state == "paid"


def test_declined_and_then_paid_on_the_same_page(visitor, p24, organisation, order, payment, act):
    act("decline")
    ask(organisation, payment)
    act("pay")

    assert delivered(visitor, p24, organisation, payment).state == "paid"
    assert now(organisation, order).state == Order.State.PAID


def test_money_of_an_attempt_that_was_given_up_is_verified_too(organisation, payment, there, act):
    with scope(organisation):
        Payment.objects.filter(pk=payment.pk).let_go()
    act("pay, notify never")

    assert ask(organisation, payment).state == "paid"
    assert there["status"] == MADE


def test_money_after_the_order_is_over_is_kept(visitor, p24, organisation, order, payment, act):
    with scope(organisation):
        ordering.let_expire(order)
    act("pay")

    assert delivered(visitor, p24, organisation, payment).state == "paid"


def test_an_order_number_of_64_bits_is_kept_exactly(p24, payment, organisation, there, act):
    there["orderId"] = 9_223_372_036_854_775_807
    act("pay, notify never")

    assert ask(organisation, payment).state == "paid"
    assert verified(p24)[0].json["orderId"] == 9_223_372_036_854_775_807


# What is not a notice


@pytest.fixture
def notice(p24, act):
    act("pay")
    return json.loads(p24.notices[0].body)


def resigned(notice, **changes):
    from kring.payments.methods.przelewy24 import signing

    fields = {**notice, **changes}
    return json.dumps({**fields, "sign": signing.sign(fields, signing.PAID, CRC)}).encode()


def read(body, keys=KEYS):
    return method("przelewy24").read_notification(body, {}, keys)


def test_a_notice_says_that_it_was_paid_and_no_more(notice):
    assert (read(resigned(notice)).status, read(resigned(notice)).amount) == ("unconfirmed", Decimal("49.95"))


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": ""},
        {"sign": "0" * 96},
        {"sign": None},
        {"sign": "ą" * 96},
        {"amount": 1},
        {"orderId": 1},
        {"sessionId": "another"},
        {"statement": "another"},
        {"currency": "EUR "},
    ],
)
def test_what_is_not_signed_like_that_is_refused(notice, changes):
    with pytest.raises(BadNotification):
        read(json.dumps({**notice, **changes}).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"merchantId": 1},
        {"posId": 1},
        {"originAmount": 1},
        {"merchantId": str(MERCHANT)},
        {"amount": "4995", "originAmount": "4995"},
        {"amount": 49.95, "originAmount": 49.95},
        {"amount": True, "originAmount": True},
    ],
)
def test_what_is_signed_but_not_for_this_shop_or_not_in_its_format_is_refused(notice, changes):
    with pytest.raises(BadNotification):
        read(resigned(notice, **changes))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"null", b'"x"', b"\xff", b'{"refundsUuid": 1}', b"[" * 9999]
)
def test_garbage_is_refused(body):
    with pytest.raises(BadNotification):
        read(body)


@pytest.mark.parametrize("missing", ["sign", "statement", "originAmount", "orderId"])
def test_a_field_that_is_missing_is_a_refusal(notice, missing):
    del notice[missing]

    with pytest.raises(BadNotification):
        read(json.dumps(notice).encode())


def test_an_unsigned_notice_stores_nothing(visitor, p24, organisation, notice):
    sent = p24.notices[0]

    assert post(visitor, sent.url, json.dumps({**notice, "sign": "x"}).encode(), sent.headers) == 401
    with scope(organisation):
        assert Notification.objects.count() == 0


# Refunds


@pytest.fixture
def paid(organisation, payment, act):
    act("pay, notify never")
    ask(organisation, payment)
    return loaded(organisation, payment)


def test_a_refund_is_under_way_then_done_and_is_ours_by_its_reference(p24, there, paid, at_home):
    sent = method("przelewy24").refund(wanted("10.00"), paid)
    at_home("settle refunds")

    assert (sent.status, sent.reference) == ("pending", wanted().reference)
    asked = there["refunds"][0]
    assert len(asked["requestId"]) <= 45 and len(asked["refundsUuid"]) <= 35
    report = method("przelewy24").poll(paid)
    assert report.status == "paid"
    assert [(each.provider_id, each.status, each.reference, each.amount) for each in report.refunds] == [
        (sent.provider_id, "done", wanted().reference, Decimal("10.00"))
    ]


@pytest.mark.parametrize(("there_is", "here"), [(1, "done"), (2, "pending"), (3, "pending"), (4, "failed")])
def test_each_state_of_a_refund(there, paid, there_is, here):
    method("przelewy24").refund(wanted(), paid)
    there["refunds"][0]["status"] = there_is

    assert [each.status for each in method("przelewy24").poll(paid).refunds] == [here]


def test_a_notice_of_a_refund_has_it_asked_about(visitor, p24, organisation, payment, paid, at_home):
    method("przelewy24").refund(wanted(), paid)
    at_home("settle refunds rejected")

    assert set(deliver(visitor, p24)) == {200}
    assert now(organisation, payment).poll_at is not None


def test_an_unsigned_notice_of_a_refund_is_refused(p24, paid, at_home):
    method("przelewy24").refund(wanted(), paid)
    at_home("settle refunds")
    sent = json.loads(p24.notices[-1].body)

    with pytest.raises(BadNotification):
        read(json.dumps({**sent, "status": 1}).encode())


def test_a_refund_whose_answer_was_lost_is_made_once(p24, there, paid):
    p24.behave("well", "well", "lost answer", "well")
    with pytest.raises(ProviderUnavailable):
        method("przelewy24").refund(wanted(), paid)

    again = method("przelewy24").refund(wanted(), paid)

    assert [each["requestId"] for each in there["refunds"]] == [again.provider_id]


def test_more_than_is_left_is_refused_with_the_reason(paid):
    method("przelewy24").refund(wanted("40.00"), paid)

    with pytest.raises(RefundRefused, match="exceeds"):
        method("przelewy24").refund(wanted("10.00", "another"), paid)


def test_a_refund_made_in_its_panel_is_reported_without_a_reference(paid, at_home):
    at_home("refund 500")

    report = method("przelewy24").poll(paid)
    assert [(each.amount, each.reference) for each in report.refunds] == [(Decimal("5.00"), "")]


def test_money_that_it_returned_before_it_was_verified_is_no_payment(organisation, payment, there, act, at_home):
    act("pay, notify never")
    at_home("return the money")

    assert ask(organisation, payment).state == "failed"
