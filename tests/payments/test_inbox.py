"""Notifications from providers: verified, stored, applied once, in whatever order they come (P4)."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from kring.billing import settling
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import accounts, inbox
from kring.payments.method import ProviderReport
from kring.payments.models import Notification, Payment
from kring.payments.testpay import signing
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import event_of, fresh, notify


@pytest.fixture
def payment(organisation):
    with scope(organisation):
        order = ordering.order(capacity=1)
    return ordering.start(order, "testpay").payment


@pytest.fixture
def notified(visitor, organisation, payment):
    """Tell it, and let the jobs run; (status of the answer, state of the notification, of payment and order)."""

    def tell(status="paid", **changes):
        answer = notify(visitor, payment, event_of(payment, status, **changes))
        work()
        with scope(organisation):
            last = Notification.objects.order_by("pk").last()
            states = fresh(payment).state, fresh(payment.order).state
        return answer.status_code, last.state if last else None, *states

    return tell


def test_a_payment_that_is_told_completes_the_order(notified):
    assert notified("paid") == (200, "applied", "paid", "paid")


def test_it_is_stored_before_it_is_applied(visitor, organisation, payment):
    assert notify(visitor, payment, event_of(payment)).status_code == 200

    with scope(organisation):
        notification = Notification.objects.get()
        assert (notification.state, fresh(payment).state) == ("stored", "pending")
        assert notification.body["told"]["provider_id"] == payment.provider_id


def test_told_twice_it_happens_once(visitor, organisation, payment):
    for _ in range(2):
        assert notify(visitor, payment, event_of(payment)).status_code == 200
    work()

    with scope(organisation):
        assert Notification.objects.count() == 1
        assert AuditEntry.objects.filter(action="payment.received").count() == 1
        assert Message.objects.filter(template="order-confirmed").count() == 1


def test_told_again_under_another_number_it_still_happens_once(notified):
    notified("paid", event="first")

    assert notified("paid", event="second") == (200, "ignored", "paid", "paid")


def test_a_failure_that_is_told_after_the_money_changes_nothing(notified):
    notified("paid")

    assert notified("failed") == (200, "ignored", "paid", "paid")


def test_money_that_is_told_after_a_failure_counts(notified):
    assert notified("failed") == (200, "applied", "failed", "awaiting")

    assert notified("paid") == (200, "applied", "paid", "paid")


def test_in_progress_told_after_the_money_changes_nothing(notified):
    notified("paid")

    assert notified("pending") == (200, "ignored", "paid", "paid")


def test_the_payer_hears_why_it_failed_in_her_words(notified, organisation):
    notified("failed")

    with scope(organisation):
        message = Message.objects.get(template="payment-failed")
        assert "There is not enough money on the account" in message.text


@pytest.mark.parametrize("changes", [{"amount": "49.94"}, {"amount": "49.96"}, {"amount": "0"}, {"currency": "PLN"}])
def test_another_amount_or_currency_confirms_nothing_and_reaches_a_person(notified, organisation, payment, changes):
    assert notified("paid", **changes) == (200, "refused", "pending", "awaiting")

    with scope(organisation):
        message = Message.objects.get(template="payment-not-believed")
        assert message.recipient == organisation.contact_email
        assert payment.reference in message.text
        assert AuditEntry.objects.get(action="payment.not_believed").subject_label == payment.reference


def test_applied_again_after_a_crash_it_bothers_nobody_again(notified, organisation):
    notified("paid", amount="49.94")

    with scope(organisation):
        inbox.apply(Notification.objects.get().pk)
        assert Message.objects.filter(template="payment-not-believed").count() == 1


def test_an_unknown_payment_is_answered_like_a_known_one_and_reveals_nothing(visitor, organisation, payment):
    known = notify(visitor, payment, event_of(payment))
    unknown = notify(visitor, payment, event_of(payment, charge="made-up", reference="made-up", event="other"))
    work()

    assert (unknown.status_code, unknown.content) == (known.status_code, known.content) == (200, b"OK")
    with scope(organisation):
        notification = Notification.objects.get(event_id="other")
        assert (notification.state, notification.outcome, notification.payment) == ("refused", "unknown payment", None)


@pytest.mark.parametrize("signed_by", ["somebody else's key", "", "ключ"])
def test_what_the_provider_did_not_sign_is_neither_believed_nor_kept(visitor, organisation, payment, signed_by):
    answer = notify(visitor, payment, event_of(payment), signed_by=signed_by or "x")
    work()

    assert answer.status_code == 401
    with scope(organisation):
        assert (Notification.objects.count(), fresh(payment).state) == (0, "pending")


def test_without_a_signature_it_is_not_believed(visitor, organisation, payment):
    address = f"/payments/testpay/notifications/?account={signing.account_of(ordering.KEY)}"

    answer = visitor.post(address, json.dumps(event_of(payment)), content_type="application/json")

    assert answer.status_code == 401


def test_a_signed_body_that_makes_no_sense_is_refused(visitor, payment):
    for body in (b"", b"{}", b"[]", b"null", b'{"event": 1}', b"\xff\xfe", b'{"amount": "NaN"}'):
        headers = {signing.HEADER: signing.signature(body, ordering.KEY)}
        address = f"/payments/testpay/notifications/?account={signing.account_of(ordering.KEY)}"
        assert visitor.post(address, body, content_type="application/json", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        *({"amount": amount} for amount in ("sNaN", "-sNaN123", "NaN", "Infinity", "1e999999", "9" * 5000)),
        *({name: "a\0b"} for name in ("event", "charge", "reference", "currency", "reason")),
        *({name: "a\ud800b"} for name in ("event", "charge", "reference", "currency", "reason", "another")),
        {"another": "a\0b"},
    ],
    ids=lambda changes: repr(changes)[:40],
)
def test_a_signed_notice_of_what_cannot_be_kept_is_refused(notified, changes):
    assert notified(**changes) == (401, None, "pending", "awaiting")


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"event":' + b"9" * 5000 + b"}"]
)
def test_a_signed_notice_that_is_endless_is_refused(visitor, payment, body):
    headers = {signing.HEADER: signing.signature(body, ordering.KEY)}
    address = f"/payments/testpay/notifications/?account={signing.account_of(ordering.KEY)}"

    assert visitor.post(address, body, content_type="application/json", headers=headers).status_code == 401


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-49.95", "1e400", ""])
def test_an_amount_that_is_none_pays_nothing(notified, amount):
    _status, _notification, payment_state, order_state = notified("paid", amount=amount)

    assert (payment_state, order_state) == ("pending", "awaiting")


@pytest.mark.parametrize("method", ["transfer", "free", "unknown", "testpay"])
def test_nobody_tells_under_a_method_or_account_that_is_not_there(visitor, payment, method):
    assert (
        visitor.post(f"/payments/{method}/notifications/?account=nobody", b"x", content_type="a/b").status_code == 401
    )


def test_the_mail_box_is_not_for_novels(visitor, payment):
    address = "/payments/testpay/notifications/"

    assert visitor.post(address, b"x" * 65_537, content_type="text/plain").status_code == 413


def test_whoever_knocks_with_false_signatures_is_not_listened_to_for_a_while(visitor, organisation, payment):
    answers = [notify(visitor, payment, event_of(payment), signed_by="x").status_code for _ in range(31)]

    assert answers == [401] * 30 + [429]


def test_only_what_is_posted_counts(visitor, payment):
    assert visitor.get("/payments/testpay/notifications/").status_code == 405


def test_told_before_our_own_transaction_knew_the_providers_name_for_it(visitor, organisation):
    with scope(organisation):
        order = ordering.order()
        payment = order.payments.create(
            method="testpay",
            account=signing.account_of(ordering.KEY),
            provider_account=ordering.account(),
            amount=order.total,
            currency="EUR",
            reference="KR-1",
        )

    notify(visitor, payment, event_of(payment, charge="not-written-down-yet", event="early"))
    work()

    with scope(organisation):
        assert (fresh(payment).state, fresh(order).state) == ("paid", "paid")


def test_the_payment_of_another_organisation_is_unknown_here(client, organisation, payment):
    other = make.organisation()
    with scope(other):
        order = ordering.order()
    own = ordering.start(order, "testpay").payment
    client.defaults["HTTP_HOST"] = f"{other.subdomain}.kring.localhost"

    answer = notify(client, own, event_of(payment))
    work()

    assert answer.status_code == 200
    with scope(other):
        assert Notification.objects.get().outcome == "unknown payment"
        assert fresh(own).state == "pending"
    with scope(organisation):
        assert fresh(payment).state == "pending"


def test_one_account_confirms_nothing_of_another(visitor, organisation, payment):
    with scope(organisation):
        order = ordering.order()
        ordering.account("another key of a merchant", mode="test", is_in_use=False)
        accounts.use(ordering.account("another key of a merchant"), by=None)
    mine = ordering.start(order, "testpay").payment

    notify(visitor, mine, event_of(payment), key="another key of a merchant")
    work()

    with scope(organisation):
        assert Notification.objects.get().outcome == "unknown payment"
        assert fresh(payment).state == "pending"


def test_money_told_after_the_end_gets_the_place_that_is_left(notified, organisation, payment):
    with scope(organisation):
        ordering.let_expire(payment.order)
        assert settling.expire_due() == 1

    assert notified("paid") == (200, "applied", "paid", "paid")


def test_money_told_after_the_place_is_gone_is_kept_and_undecided(notified, organisation, payment):
    with scope(organisation):
        attraction = payment.order.lines.get().registrations.get().attraction
        ordering.let_expire(payment.order)
        settling.expire_due()
        ordering.start(ordering.order(attraction=attraction), "cash")

    assert notified("paid") == (200, "applied", "paid", "undecided")

    with scope(organisation):
        assert Payment.objects.get(pk=payment.pk).refunded == 0
        assert Message.objects.filter(template="paid-too-late").count() == 1


def test_how_it_was_paid_and_what_that_costs_is_kept_as_the_provider_says(organisation, payment):
    report = ProviderReport("", payment.provider_id, "paid", payment.amount, "EUR", way="ideal", fee=Decimal("0.29"))
    with scope(organisation):
        inbox.believe(payment, report)
        inbox.believe(payment, replace(report, way="", fee=None))

        assert (fresh(payment).way, fresh(payment).fee) == ("ideal", Decimal("0.29"))
