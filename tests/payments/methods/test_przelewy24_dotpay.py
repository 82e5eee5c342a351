"""Notifications of the old Dotpay, for organisations that still have an id and a PIN there."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import pytest

from kring.core.tenancy import scope
from kring.payments.method import BadNotification, Hint
from kring.payments.methods import method
from kring.payments.methods.przelewy24.dotpay import SIGNED
from tests.jobs import work
from tests.payments import ordering
from tests.payments.methods.conftest import P24_KEYS as KEYS
from tests.payments.pretending import connect, now, post

PIN = "PIN-zażółć"
DOTPAY = {**KEYS, "dotpay_id": "777777", "dotpay_pin": PIN}


@pytest.fixture
def payment(organisation, p24_account):
    with scope(organisation):
        order = ordering.order()
    return ordering.start(order, "przelewy24", settings={}).payment


def fields(payment, **changes):
    return {
        "id": "777777",
        "operation_number": "M1234-5678",
        "operation_type": "payment",
        "operation_status": "completed",
        "operation_amount": "215.00",
        "operation_currency": "PLN",
        "operation_original_amount": str(payment.amount),
        "operation_original_currency": payment.currency,
        "operation_datetime": "2026-11-29 12:00:00",
        "control": payment.provider_id,
        "description": "Zlot & więcej = 100%",
        "email": "ada@example.org",
        "p_info": "Chorągiew Krakowska",
        "channel": "73",
    } | changes


def signed(given, pin=PIN):
    text = pin + "".join(given.get(name, "") for name in SIGNED)
    return urlencode({**given, "signature": hashlib.sha256(text.encode()).hexdigest()}).encode()


def read(body, keys=DOTPAY):
    return method("przelewy24").read_notification(body, {}, keys)


def test_there_are_thirty_fields_in_the_order_of_its_manual():
    assert (len(SIGNED), SIGNED[0], SIGNED[13], SIGNED[-1]) == (30, "id", "control", "seller_code")


def test_it_is_answered_with_ok_and_the_original_amount_counts(visitor, organisation, payment):
    account = connect(organisation, "przelewy24", DOTPAY)
    url = account.notified_at(f"{organisation.url}/payments/przelewy24/notifications/")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    for _again in range(2):
        assert post(visitor, url, signed(fields(payment)), headers) == 200
    work()

    assert now(organisation, payment).state == "paid"


def test_another_original_amount_is_not_believed(visitor, organisation, payment):
    account = connect(organisation, "przelewy24", DOTPAY)
    url = account.notified_at(f"{organisation.url}/payments/przelewy24/notifications/")
    body = signed(fields(payment, operation_original_amount="1.00", operation_amount=str(payment.amount)))
    post(visitor, url, body, {"Content-Type": "application/x-www-form-urlencoded"})
    work()

    assert now(organisation, payment).state == "pending"
    with scope(organisation):
        assert payment.notifications.get().state == "refused"


@pytest.mark.parametrize(
    ("status", "expected"),
    [("completed", "paid"), ("rejected", "failed"), ("processing", "pending"), ("new", "pending")],
)
def test_each_state(payment, status, expected):
    assert read(signed(fields(payment, operation_status=status))).status == expected


def test_of_a_refund_przelewy24_is_asked_so_that_one_of_ours_counts_once(payment):
    body = signed(fields(payment, operation_type="refund", operation_original_amount="5.00"))

    assert read(body) == Hint(payment.provider_id)


@pytest.mark.parametrize(
    "change", [{"operation_original_amount": "1.00"}, {"control": "another"}, {"seller_code": "x"}, {"signature": ""}]
)
def test_what_is_not_signed_is_refused(payment, change):
    from urllib.parse import parse_qsl

    given = dict(parse_qsl(signed(fields(payment)).decode()))

    with pytest.raises(BadNotification):
        read(urlencode({**given, **change}).encode())


@pytest.mark.parametrize(
    "changes", [{"id": "1"}, {"control": ""}, {"operation_original_amount": "x"}, {"operation_original_amount": ""}]
)
def test_signed_but_for_another_shop_or_without_an_amount_it_is_refused(payment, changes):
    with pytest.raises(BadNotification):
        read(signed(fields(payment, **changes)))


@pytest.mark.parametrize("keys", [KEYS, {**KEYS, "dotpay_id": "777777"}, {**KEYS, "dotpay_pin": PIN}])
def test_without_an_id_and_a_pin_none_is_believed(payment, keys):
    with pytest.raises(BadNotification):
        read(signed(fields(payment), keys.get("dotpay_pin", "")), keys)
