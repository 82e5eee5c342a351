"""Accounts with providers: keys are tried before they are kept, and test never mixes with live (P7)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kring.checkin import scanning
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import accounts, inbox, paying, polling, refusals
from kring.payments.method import BadNotification, Connected, Declined, Hint, KeysRefused, ProviderUnavailable
from kring.payments.methods import method
from kring.payments.models import Notification, Payment, ProviderAccount
from kring.payments.testpay import signing
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket
from kring.registrations.reporting import report
from kring.web.public.payment_choices import options
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.refusing import refuses

URL = "http://x.kring.localhost/payments/testpay/notifications/"


@pytest.fixture
def connect(organisation, transactional_db):
    def act(key="the key of the merchant", mode="live", of=organisation):
        return accounts.connect(of, "testpay", mode=mode, keys={"key": key}, notify_url=URL, by=None)

    return act


@pytest.fixture
def order(organisation, transactional_db):
    with scope(organisation):
        made = ordering.order()
        ProviderAccount.objects.all().delete()
        return made


def test_keys_that_work_are_kept_and_used_and_the_log_does_not_show_them(connect, organisation):
    account = connect()

    assert (account.state, account.is_in_use, account.name) == (
        "working",
        True,
        signing.account_of(account.keys["key"]),
    )
    with scope(organisation):
        entry = AuditEntry.objects.get(action="provider_account.connected")
    assert "the key of the merchant" not in str(entry.new)


def test_keys_that_the_provider_refuses_are_not_kept(connect, organisation, monkeypatch):
    connect()
    monkeypatch.setattr(method("testpay"), "try_keys", raises(KeysRefused))

    with refuses(KeysRefused):
        connect("a wrong key of the merchant")

    with scope(organisation):
        assert ProviderAccount.objects.get().keys == {"key": "the key of the merchant"}


def test_what_the_provider_adds_to_the_keys_stays_when_they_are_entered_again(connect, monkeypatch):
    added = lambda keys, **_more: Connected(name="X", keys={"secret": "whsec", **keys})  # noqa: E731
    monkeypatch.setattr(method("testpay"), "try_keys", added)
    connect()

    assert connect("a second key of the merchant").keys == {"secret": "whsec", "key": "a second key of the merchant"}


def test_of_one_provider_one_mode_is_used(connect, organisation):
    test, live = connect(mode="test"), connect("the live key of the merchant")

    assert (fresh_in(organisation, test).is_in_use, live.is_in_use) == (False, True)
    with scope(organisation):
        accounts.use(test, by=None)
        assert (fresh(test).is_in_use, fresh(live).is_in_use) == (True, False)


def test_without_an_account_nobody_can_pay(order):
    with refuses(refusals.NotOffered):
        ordering.start(order, "testpay")


@pytest.mark.parametrize("end", ["stopped", "refused"])
def test_with_an_account_out_of_use_or_refused_nobody_can_pay(connect, organisation, order, end):
    account = connect()
    with scope(organisation):
        if end == "stopped":
            accounts.stop_using(account, by=None)
        else:
            account.note_failure("keys_refused", is_refused=True)

    with refuses(refusals.NotOffered):
        ordering.start(order, "testpay")


def test_an_attempt_belongs_to_its_account_whichever_is_used_by_then(connect, organisation, order):
    test = connect("the test key of the merchant", mode="test")
    payment = ordering.start(order, "testpay").payment
    connect("the live key of the merchant")

    second = ordering.start(order, "testpay").payment

    with scope(organisation):
        assert fresh(payment).provider_account == test
        assert (payment.is_test, fresh(payment).state) == (True, "cancelled")
        assert (second.is_test, second.provider_account.mode) == (False, "live")


def test_an_order_paid_in_test_mode_is_marked(connect, organisation, order):
    connect(mode="test")
    payment = ordering.start(order, "testpay").payment
    with scope(organisation):
        assert not fresh(order).is_test
        paying.confirm(payment)
        assert fresh(order).is_test


@pytest.mark.parametrize(("first", "then"), [("live", "test"), ("test", "live")])
def test_pretended_money_and_real_money_never_pay_one_order(connect, organisation, order, first, then):
    connect(mode=first)
    begun = ordering.start(order, "testpay").payment
    with scope(organisation):
        Payment.objects.filter(pk=begun.pk).update(amount=20)
        paying.confirm(fresh(begun))
    connect("another key of the merchant", mode=then)

    with pytest.raises(refusals.NotOffered):
        ordering.start(order, "testpay")
    with scope(organisation):
        order = fresh(order)
        event = order.lines.get().registrations.get().event
        offered = {each.method.key for each in options(event.payment_options.all(), order, paying.left_of(order))}
    # Those that take real money only.
    others = {"transfer", "manual", "cash"}
    assert offered == (others if first == "live" else set())


def test_keys_refused_while_selling_are_told_to_staff_once(connect, organisation, order, monkeypatch):
    account = connect()
    monkeypatch.setattr(method("testpay"), "start", raises(KeysRefused))

    for refusal in (KeysRefused, refusals.NotOffered):
        with pytest.raises(refusal):
            ordering.start(order, "testpay")

    with scope(organisation):
        assert (fresh(account).state, fresh(account).last_error) == ("refused", "keys_refused")
        assert Message.objects.filter(template="payment-keys-refused").count() == 1


def test_a_provider_that_does_not_answer_is_still_offered(connect, organisation, order, monkeypatch):
    account = connect()
    with monkeypatch.context() as change:
        change.setattr(method("testpay"), "start", raises(ProviderUnavailable))
        with pytest.raises(ProviderUnavailable):
            ordering.start(order, "testpay")
    with scope(organisation):
        assert fresh(account).state == "failing"

    assert ordering.start(order, "testpay").payment.state == "pending"
    accounts.try_again(account, notify_url=URL)
    assert fresh_in(organisation, account).state == "working"


@pytest.mark.parametrize(("days", "is_believed"), [(2, True), (4, False)])
def test_after_a_rotation_the_old_keys_are_believed_for_a_while(connect, organisation, days, is_believed):
    old = connect("the first key of the merchant")
    account = connect("the second key of the merchant")
    with scope(organisation):
        changed = account.keys_changed_at - timedelta(days=days)
        ProviderAccount.objects.update(keys_changed_at=changed)
    facts = {"event": "1", "charge": "c", "status": "paid", "amount": "1", "currency": "EUR"}
    body = json.dumps(facts | {"reference": "", "reason": ""}).encode()

    def receive():
        headers = {signing.HEADER: signing.signature(body, old.keys["key"])}
        return inbox.receive(organisation, "testpay", account=account.public_id, body=body, headers=headers)

    if is_believed:
        assert receive()
    else:
        with pytest.raises(BadNotification):
            receive()


def test_a_hint_is_not_kept_and_has_the_provider_asked(connect, organisation, order, monkeypatch):
    account = connect()
    payment = ordering.start(order, "testpay").payment
    monkeypatch.setattr(method("testpay"), "read_notification", lambda *_: Hint(payment.provider_id))

    for given in (payment.provider_id, "unknown"):
        monkeypatch.setattr(method("testpay"), "read_notification", lambda *_, given=given: Hint(given))
        inbox.receive(organisation, "testpay", account=account.public_id, body=b"", headers={})

    with scope(organisation):
        assert Notification.objects.count() == 0
        ordering.act(organisation, payment, "silent")
    polling.ask(organisation.pk, payment.pk)
    assert fresh_in(organisation, payment).state == "paid"


def test_an_attempt_that_is_not_waited_for_is_closed_at_the_provider(connect, organisation, order, monkeypatch):
    connect()
    payment = ordering.start(order, "testpay").payment
    with scope(organisation):
        Payment.objects.filter(pk=payment.pk).let_go()
        assert list(Payment.objects.silent()) == [payment]
    closed = []
    monkeypatch.setattr(method("testpay"), "close", closed.append)

    polling.ask(organisation.pk, payment.pk)

    assert closed == [payment]


def test_the_accounts_of_another_organisation_are_not_there(connect, organisation):
    connect()
    with scope(make.organisation()):
        assert ProviderAccount.objects.count() == 0


def raises(refusal):
    def act(*_arguments, **_more):
        raise refusal

    return act


def fresh_in(organisation, row):
    with scope(organisation):
        return fresh(row)


def test_what_is_paid_in_test_mode_counts_in_no_report_and_opens_no_door(connect, organisation, order):
    connect(mode="test")
    payment = ordering.start(order, "testpay").payment
    with scope(organisation):
        paying.confirm(payment)
        registration = Registration.objects.get(line__order=order)
        event, code = registration.event, codes.code_of(Ticket.objects.get())

        assert registration.state == "completed"
        assert [section.rows for section in report(event) if section.key == "income"] == []
        scanned = scanning.scan(code, event=event, location=None, device="door", user=None, anyway=True)
        assert (scanned.result, scanned.message) == ("not_paid", "Test ticket: nothing was paid.")
        assert Ticket.objects.get().admitted_at is None


def test_a_request_that_the_provider_does_not_want_says_nothing_against_the_account(connect):
    account = connect()

    with pytest.raises(Declined), accounts.watched(account):
        raise Declined

    with scope(account.organisation_id):
        assert fresh(account).state == "working"


class TestAnotherAccount:
    """Keys of another account at the provider replace none: payments of the former one are still its own."""

    @pytest.fixture(autouse=True)
    def _identified(self, monkeypatch):
        """By what stands before the first blank."""
        monkeypatch.setattr(method("testpay"), "identify", lambda keys, **_: keys["key"].split()[0])

    def test_new_keys_of_the_same_account_replace_those_before(self, connect, organisation):
        assert connect("club the first key") == connect("club the second key")

    def test_the_former_one_stays_for_its_payments_and_nobody_pays_with_it(self, connect, order, organisation):
        former = connect("club the key of the merchant")
        payment = ordering.start(order, "testpay").payment

        present = connect("foundation another key of a merchant")

        with scope(organisation):
            former, payment = fresh(former), Payment.objects.select_related("provider_account").get(pk=payment.pk)
            assert (former.is_former, former.is_in_use, former.keys["key"]) == (
                *(True, False),
                "club the key of the merchant",
            )
            assert payment.keys == former.keys
            assert accounts.to_pay_with(method("testpay")) == present
        assert former.public_id != present.public_id

    def test_what_was_added_to_the_keys_of_the_former_one_does_not_go_along(self, connect, monkeypatch):
        added = lambda keys, **_more: Connected(name="X", keys={"webhook": keys["key"], **keys})  # noqa: E731
        monkeypatch.setattr(method("testpay"), "try_keys", added)
        connect("club the first key")

        assert connect("foundation a key").keys["webhook"] == "foundation a key"

    def test_an_account_that_was_not_known_by_name_counts_as_the_same(self, connect, monkeypatch):
        monkeypatch.setattr(method("testpay"), "identify", lambda keys, **_: "")
        account = connect("the first key of all")
        monkeypatch.setattr(method("testpay"), "identify", lambda keys, **_: "club")

        assert connect("the second key of all") == account

    def test_notices_of_the_former_one_are_still_believed(self, connect, order, organisation):
        former = connect("club the key of the merchant")
        payment = ordering.start(order, "testpay").payment
        connect("foundation another key of a merchant")

        body = json.dumps(ordering.event_of(payment)).encode()
        headers = {signing.HEADER: signing.signature(body, former.keys["key"])}
        assert inbox.receive(organisation, "testpay", account=former.public_id, body=body, headers=headers)
        work()
        with scope(organisation):
            assert fresh(payment).state == "paid"

    def test_keys_of_a_former_one_make_it_the_present_one_again(self, connect, organisation):
        """Two rows of one account would each take the payments of the other for money that nobody knows."""
        former, between = connect("club the first key"), connect("foundation another key")

        again = connect("club the third key")

        assert (again.pk, again.public_id, again.keys["key"]) == (former.pk, former.public_id, "club the third key")
        with scope(organisation):
            assert (again.is_former, again.is_in_use, fresh(between).is_former) == (False, True, True)
            assert ProviderAccount.objects.count() == 2
