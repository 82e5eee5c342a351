"""Refunds by a provider: asked once, sent again without an answer, followed to their end; others are found (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.core.transitions import WrongState
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying, refunding, refusals, sending_refunds
from kring.payments.method import ProviderUnavailable
from kring.payments.methods.testpay import Testpay
from kring.payments.models import Notification, Payment, ProviderAccount, Refund
from kring.payments.testpay import returning, wire
from kring.registrations import cancelling
from kring.registrations.models import Registration
from tests import make
from tests.jobs import queued, work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of, euro, fresh
from tests.refusing import refuses


@pytest.fixture
def payment(organisation):
    """Received by the provider."""
    with scope(organisation):
        order = ordering.order()
    payment = ordering.start(order, "testpay").payment
    act(organisation, payment, "pay")
    work()
    with scope(organisation):
        return fresh(payment)


def ask(organisation, payment, amount="20.00", **more):
    with scope(organisation):
        return refunding.refund(fresh(payment), amount=euro(amount), reason="Ill", by=None, **more)


def behave(organisation, payment, refunding_as):
    with scope(organisation):
        returning.behave(charge_of(payment), refunding_as)


def at_its_site(organisation, payment, action):
    with scope(organisation):
        returning.act(charge_of(payment), action)
    work()


def facts(organisation, payment):
    """The states of its refunds; refunded, on its way, left."""
    with scope(organisation):
        row = fresh(payment)
        states = list(row.refunds.order_by("pk").values_list("state", flat=True))
        return states, row.refunded, row.refunding, row.left


def mails(organisation):
    with scope(organisation):
        kinds = Message.objects.filter(template__contains="refund").order_by("pk").values_list("template", flat=True)
        return list(kinds)


def its_turn_comes(organisation):
    with scope(organisation):
        Refund.objects.filter(poll_at__isnull=False).update(poll_at=timezone.now() - timedelta(seconds=1))
        Payment.objects.update(polled_at=timezone.now() - timedelta(days=2))


def test_a_refund_is_a_row_before_the_provider_is_asked(organisation, payment):
    ask(organisation, payment)

    assert facts(organisation, payment) == (["asked"], 0, euro("20.00"), euro("29.95"))
    assert mails(organisation) == []
    assert queued("payments.send_refunds") != []


def test_one_that_is_done_at_once_is_told_once(organisation, payment):
    ask(organisation, payment)
    work()

    assert facts(organisation, payment) == (["done"], euro("20.00"), 0, euro("29.95"))
    assert mails(organisation) == ["payment-refunded"]
    with scope(organisation):
        assert [each["amount"] for each in charge_of(payment).refunds] == ["20.00"]


def test_a_refund_touches_no_ticket(organisation, payment):
    ask(organisation, payment, "49.95")
    work()

    with scope(organisation):
        assert fresh(payment.order).state == "paid"
        assert set(Registration.objects.values_list("state", flat=True)) == {"completed"}


def test_a_cancellation_moves_no_money(organisation, payment):
    with scope(organisation):
        cancelling.cancel(Registration.objects.select_related("line").get(), reason="Rain")
    work()

    assert facts(organisation, payment) == ([], 0, 0, euro("49.95"))


def test_one_that_is_under_way_is_asked_after_until_it_is_done(organisation, payment):
    behave(organisation, payment, "later")
    ask(organisation, payment)
    work()
    assert facts(organisation, payment)[0] == ["pending"]
    with scope(organisation):
        charge = charge_of(payment)
        charge.keep(refunds=[each | {"status": "done"} for each in charge.refunds])

    its_turn_comes(organisation)
    tick()
    work()

    assert facts(organisation, payment) == (["done"], euro("20.00"), 0, euro("29.95"))
    assert mails(organisation) == ["payment-refund-under-way", "payment-refunded"]


def test_a_notice_ends_it_too_and_twice_is_once(organisation, payment):
    behave(organisation, payment, "later")
    ask(organisation, payment)
    work()

    at_its_site(organisation, payment, "refund_arrive")
    its_turn_comes(organisation)
    tick()
    work()

    assert facts(organisation, payment)[0] == ["done"]
    assert mails(organisation) == ["payment-refund-under-way", "payment-refunded"]


def test_what_comes_back_later_is_with_the_organisation_again_and_all_hear(organisation, payment):
    ask(organisation, payment)
    work()

    at_its_site(organisation, payment, "refund_bounce")

    assert facts(organisation, payment) == (["failed"], 0, 0, euro("49.95"))
    assert mails(organisation) == ["payment-refunded", "payment-refund-failed-staff", "payment-refund-failed"]
    with scope(organisation):
        assert Refund.objects.get().failure_reason == "account_closed"
        assert Refund.objects.waiting_for_staff().count() == 1


def test_refused_for_lack_of_balance_staff_choose_another_way(organisation, payment):
    behave(organisation, payment, "no_balance")
    ask(organisation, payment)
    work()

    assert facts(organisation, payment) == (["rejected"], 0, 0, euro("49.95"))
    assert mails(organisation) == ["payment-refund-failed-staff"]

    ask(organisation, payment, how="transfer")

    assert facts(organisation, payment)[0] == ["rejected", "done"]
    with scope(organisation):
        assert Refund.objects.waiting_for_staff().count() == 0


def test_an_answer_that_is_lost_refunds_once(organisation, payment):
    behave(organisation, payment, "silent")
    ask(organisation, payment)
    work()
    assert facts(organisation, payment)[0] == ["sending"]

    its_turn_comes(organisation)
    tick()
    work()

    assert facts(organisation, payment)[0] == ["done"]
    with scope(organisation):
        assert len(charge_of(payment).refunds) == 1


def test_a_worker_killed_between_the_providers_yes_and_our_row_refunds_once(organisation, payment, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*_answers):
        raise Killed

    ask(organisation, payment)
    with monkeypatch.context() as change:
        change.setattr(sending_refunds, "_note", kill)
        with pytest.raises(Killed):
            sending_refunds.send_due(organisation.pk)
    assert facts(organisation, payment)[0] == ["sending"]

    its_turn_comes(organisation)
    sending_refunds.send_due(organisation.pk)

    assert facts(organisation, payment)[0] == ["done"]
    with scope(organisation):
        assert len(charge_of(payment).refunds) == 1


@pytest.mark.parametrize(
    "answer",
    [
        wire.Response(500, b""),
        wire.Response(200, b"<html>"),
        wire.Response(200, b'{"refund": "r", "status": "strange", "amount": "20", "reference": "", "reason": ""}'),
        wire.Response(200, b'{"refund": "r", "status": "done", "amount": "NaN", "reference": "", "reason": ""}'),
        wire.Response(200, b'{"refund": "r\\u0000", "status": "done", "amount": "20", "reference": "", "reason": ""}'),
        wire.Response(302, b""),
    ],
)
def test_an_answer_nobody_understands_is_none_and_it_is_asked_again(organisation, payment, monkeypatch, answer):
    ask(organisation, payment)
    with monkeypatch.context() as change:
        change.setattr(wire, "call", lambda *_args, **_kwargs: answer)
        work()
    with scope(organisation):
        refund = Refund.objects.get()
        assert (refund.state, refund.tries, refund.poll_at > timezone.now()) == ("sending", 1, True)

    its_turn_comes(organisation)
    tick()
    work()

    assert facts(organisation, payment)[0] == ["done"]


def test_an_answer_with_another_amount_is_kept_for_a_person(organisation, payment, monkeypatch):
    ask(organisation, payment)
    body = b'{"refund": "r", "status": "done", "amount": "20.01", "reference": "", "reason": ""}'
    monkeypatch.setattr(wire, "call", lambda *_args, **_kwargs: wire.Response(200, body))

    for _again in range(2):
        its_turn_comes(organisation)
        sending_refunds.send_due(organisation.pk)

    assert facts(organisation, payment)[0] == ["sending"]
    assert mails(organisation) == ["payment-refund-not-believed"]
    with scope(organisation):
        assert Notification.objects.refused().get().outcome == "20.01 EUR instead of 20.00 EUR"


def test_a_provider_that_breaks_does_not_keep_the_others_back(organisation, payment, monkeypatch):
    with scope(organisation):
        order = ordering.order()
    other = ordering.start(order, "testpay").payment
    act(organisation, other, "pay")
    work()
    first = ask(organisation, payment)
    ask(organisation, other)
    real = Testpay.refund

    def break_once(self, refund, payment):
        if refund.pk == first.pk:
            raise KeyError("a bug of ours")
        return real(self, refund, payment)

    monkeypatch.setattr(Testpay, "refund", break_once)
    sending_refunds.send_due(organisation.pk)
    its_turn_comes(organisation)
    sending_refunds.send_due(organisation.pk)

    assert facts(organisation, other)[0] == ["done"]
    assert facts(organisation, payment)[0] == ["sending"]


def test_an_account_that_does_not_answer_is_asked_once_not_once_for_each(organisation, payment, monkeypatch):
    asked = []

    def silent(self, refund, payment):
        asked.append(refund.pk)
        raise ProviderUnavailable

    ask(organisation, payment, "10.00")
    ask(organisation, payment, "11.00")
    monkeypatch.setattr(Testpay, "refund", silent)

    sending_refunds.send_due(organisation.pk)

    assert len(asked) == 1
    with scope(organisation):
        assert ProviderAccount.objects.get().state == "failing"


def test_the_pauses_grow_and_in_the_end_a_person_looks(organisation, payment, monkeypatch):
    ask(organisation, payment)

    def unavailable(*_args):
        raise ProviderUnavailable

    monkeypatch.setattr(Testpay, "refund", unavailable)
    pauses = []
    for _try in range(6):
        its_turn_comes(organisation)
        sending_refunds.send_due(organisation.pk)
        with scope(organisation):
            pauses.append(round((Refund.objects.get().poll_at - timezone.now()) / timedelta(minutes=1)))

    assert pauses == [1, 2, 4, 8, 16, 32]
    with scope(organisation):
        assert Refund.objects.waiting_for_staff().get().needs_staff


def test_no_transaction_is_open_while_a_provider_is_asked(organisation, payment, monkeypatch):
    real, open_then = Testpay.refund, []

    def look(self, refund, payment):
        open_then.append(connection.in_atomic_block and bool(connection.savepoint_ids[1:]))
        return real(self, refund, payment)

    ask(organisation, payment)
    monkeypatch.setattr(Testpay, "refund", look)

    sending_refunds.send_due(organisation.pk)

    assert open_then == [False]
    with scope(organisation), pytest.raises(RuntimeError):
        sending_refunds.send_due(organisation.pk)


def test_a_refund_made_at_the_providers_site_is_found_once(organisation, payment):
    at_its_site(organisation, payment, "refund")
    with scope(organisation):
        fresh(payment).hinted()
    tick()
    work()

    with scope(organisation):
        refund = Refund.objects.get()
        assert (refund.amount, refund.state, refund.is_foreign) == (euro("24.98"), "done", True)
        assert AuditEntry.objects.filter(action="payment.refund_found").count() == 1
        assert Notification.objects.latest("pk").outcome == "refunded"
    assert mails(organisation) == ["payment-refund-found", "payment-refunded"]


def test_one_of_ours_without_an_answer_is_not_taken_for_anothers(organisation, payment, monkeypatch):
    """A provider that does not repeat our reference, and notifies before it answers."""
    behave(organisation, payment, "silent")
    ask(organisation, payment)
    work()
    with scope(organisation):
        charge = charge_of(payment)
        assert charge.refunds
        charge.keep(refunds=[each | {"reference": ""} for each in charge.refunds])
        fresh(payment).hinted()
    tick()
    work()

    assert facts(organisation, payment)[0] == ["sending"]
    with scope(organisation):
        assert fresh(payment).poll_at is not None


def test_more_than_was_paid_is_never_recorded_and_a_person_hears(organisation, payment):
    ask(organisation, payment, "30.00", how="cash")
    at_its_site(organisation, payment, "refund")

    assert facts(organisation, payment)[0] == ["done"]
    assert mails(organisation) == ["payment-refunded", "payment-refund-not-believed"]
    with scope(organisation):
        assert Notification.objects.refused().get().outcome == "refund of 24.98 EUR where less is left"


def test_what_is_on_its_way_can_be_refunded_no_second_time(organisation, payment):
    ask(organisation, payment, "30.00")

    with scope(organisation), refuses(refusals.RefundTooLarge):
        refunding.refund(fresh(payment), amount=euro("19.96"), reason="Ill", by=None)


def test_the_database_counts_what_is_on_its_way(organisation, payment):
    ask(organisation, payment, "30.00")

    with (
        scope(organisation),
        pytest.raises(IntegrityError, match="payment_sends_back_no_more_than_came"),
        transaction.atomic(),
    ):
        payment.refunds.create(amount=euro("19.96"), reason="And more", state="asked")


def test_what_failed_counts_no_more_and_does_not_come_to_life_again(organisation, payment):
    behave(organisation, payment, "no_balance")
    ask(organisation, payment, "49.95")
    work()
    ask(organisation, payment, "49.95", how="cash")

    with scope(organisation):
        rejected = Refund.objects.get(state="rejected")
        assert not rejected.finish()
        with pytest.raises(WrongState):
            rejected.send()
    assert facts(organisation, payment) == (["rejected", "done"], euro("49.95"), 0, 0)


def test_only_a_payment_of_a_provider_goes_back_by_it(in_scope):
    payment = ordering.start(ordering.order(), "transfer").payment
    paying.confirm(payment)

    assert refunding.ways(payment) == ["same", "transfer", "cash", "bank_file", "credit", "gift"]
    with refuses(refusals.CannotBeSent):
        refunding.refund(payment, amount=Decimal(1), reason="Ill", by=None, how="provider")


def test_what_staff_noted_by_mistake_is_taken_back(organisation, payment):
    made = ask(organisation, payment, how="transfer")

    with scope(organisation):
        refunding.take_back(made, reason="Wrong order", by=None)

    assert facts(organisation, payment) == (["taken_back"], 0, 0, euro("49.95"))
    with scope(organisation), refuses(refusals.TooLateToTakeBack):
        refunding.take_back(made, reason="Again", by=None)


def test_before_it_is_sent_it_can_be_taken_back_and_not_after(organisation, payment):
    first, second = ask(organisation, payment, "1.00"), ask(organisation, payment, "2.00")
    with scope(organisation):
        refunding.take_back(first, reason="No", by=None)
    work()

    with scope(organisation), refuses(refusals.TooLateToTakeBack):
        refunding.take_back(second, reason="No", by=None)
    assert facts(organisation, payment)[:2] == (["taken_back", "done"], euro("2.00"))


@pytest.mark.parametrize(("state", "more"), [("sending", {"tries": 6}), ("pending", {"poll_at": None})])
def test_one_that_never_ends_is_given_up_and_counts_if_it_is_made_after_all(organisation, payment, state, more):
    refund = ask(organisation, payment, "5.00")
    with scope(organisation):
        Refund.objects.filter(pk=refund.pk).update(state=state, **more)
        assert list(Refund.objects.waiting_for_staff()) == [refund]
        refunding.take_back(fresh(refund), reason="Their account is closed", by=None)
        assert (fresh(refund).state, fresh(payment).refunding) == ("rejected", 0)

        assert fresh(refund).is_made_after_all("re_1", is_done=True)
        assert fresh(payment).refunded == euro("5.00")


def test_whoever_held_the_ticket_hears_that_the_payer_has_the_money(organisation):
    with scope(organisation):
        order = ordering.order(tickets=2)
        payment = ordering.start(order, "transfer").payment
        paying.confirm(payment)
        guest = Registration.objects.select_related("line").get(attendee_email="guest-1@example.org")
        cancelling.cancel(guest, reason="Rain")

        refunding.refund(fresh(payment), amount=euro("49.95"), reason="Rain", by=None)

        to = Message.objects.filter(template__in=["payment-refunded", "ticket-money-returned"]).order_by("pk")
        assert list(to.values_list("template", "recipient")) == [
            ("payment-refunded", "ada@example.org"),
            ("ticket-money-returned", "guest-1@example.org"),
        ]


@pytest.mark.parametrize(("payer", "named"), [("", "Ada Lovelace"), ("Grandma", "Grandma")])
def test_whoever_held_the_ticket_hears_who_has_the_money(organisation, payer, named):
    with scope(organisation):
        order = ordering.order(tickets=2)
        payment = ordering.start(order, "transfer").payment
        email = payer and "grandma@example.org"
        Payment.objects.filter(pk=payment.pk).update(payer_name=payer, payer_email=email)
        paying.confirm(fresh(payment))
        cancelling.cancel(
            Registration.objects.select_related("line").get(attendee_email__startswith="guest"), reason="Rain"
        )

        refunding.refund(fresh(payment), amount=euro("49.95"), reason="Rain", by=None)

        assert Message.objects.get(template="ticket-money-returned").facts["payer"] == named


def test_money_that_came_too_late_goes_back_by_its_provider(organisation):
    with scope(organisation):
        order = ordering.order(capacity=1)
    payment = ordering.start(order, "testpay").payment
    with scope(organisation):
        ordering.let_expire(order)
        registration = Registration.objects.get(line__order=order)
        from kring.billing import settling

        settling.expire_due()
        ordering.order(attraction=registration.attraction)
    act(organisation, payment, "pay")
    work()
    from kring.registrations import deciding

    with scope(organisation):
        assert fresh(order).state == "undecided"
        deciding.give_back(fresh(order), reason="Too late", by=make.staff("treasurer"))
    work()

    assert facts(organisation, payment) == (["done"], euro("49.95"), 0, 0)
    with scope(organisation):
        assert fresh(order).state == "cancelled"


def test_one_that_its_provider_never_answers_keeps_no_others_back(organisation, payment, monkeypatch):
    first, second = ask(organisation, payment, "10.00"), ask(organisation, payment, "11.00")
    real = Testpay.refund

    def unavailable_for_the_first(self, refund, payment):
        if refund.pk == first.pk:
            raise ProviderUnavailable
        return real(self, refund, payment)

    monkeypatch.setattr(Testpay, "refund", unavailable_for_the_first)
    sending_refunds.send_due(organisation.pk)
    with scope(organisation):
        left = fresh(second)
        # It was not asked for: staff may still take it back.
        assert (left.state, left.tries, refunding.can_take_back(left)) == ("asked", 0, True)

    sending_refunds.send_due(organisation.pk)

    assert facts(organisation, payment)[0] == ["sending", "done"]


def test_one_that_was_tried_for_months_is_tried_again(organisation, payment):
    ask(organisation, payment)
    with scope(organisation):
        Refund.objects.update(state="sending", tries=200)

    sending_refunds.send_due(organisation.pk)

    assert facts(organisation, payment)[0] == ["done"]


def listed(organisation, payment, *refunds):
    """At the provider, which hints at it."""
    with scope(organisation):
        charge_of(payment).keep(refunds=[{"reference": "", "reason": "", **each} for each in refunds])
        Payment.objects.update(polled_at=None)
        fresh(payment).hinted()
    tick()
    work()


@pytest.mark.parametrize(("status", "sums"), [("done", ("20.00", "0")), ("pending", ("0", "20.00"))])
def test_what_was_refused_at_first_and_made_all_the_same_counts(organisation, payment, status, sums):
    """Asked for twice at the same moment, a provider may refuse the second time."""
    behave(organisation, payment, "no_balance")
    refund = ask(organisation, payment)
    work()
    assert facts(organisation, payment)[0] == ["rejected"]

    made = {"refund": "r", "status": status, "amount": "20.00", "reference": refund.reference}
    listed(organisation, payment, made)

    assert facts(organisation, payment)[:3] == ([status], *map(euro, sums))
    assert "payment-refund-not-believed" in mails(organisation)


def test_what_was_refused_and_made_after_all_is_not_counted_over_what_came(organisation, payment):
    behave(organisation, payment, "no_balance")
    refund = ask(organisation, payment)
    work()
    ask(organisation, payment, "49.95", how="cash")

    listed(organisation, payment, {"refund": "r", "status": "done", "amount": "20.00", "reference": refund.reference})

    assert facts(organisation, payment) == (["rejected", "done"], euro("49.95"), 0, 0)
    assert mails(organisation).count("payment-refund-not-believed") == 1


def test_what_cannot_be_of_one_refund_hides_no_other_and_no_dispute(organisation, payment):
    ask(organisation, payment, "20.00", how="cash")
    with scope(organisation):
        dispute = {"dispute": "d", "status": "open", "amount": "9.95", "reason": "", "respond_by": ""}
        charge_of(payment).keep(disputes=[dispute])

    listed(
        organisation,
        payment,
        {"refund": "too much", "status": "done", "amount": "49.95"},
        {"refund": "fits", "status": "done", "amount": "5.00"},
    )

    with scope(organisation):
        row = fresh(payment)
        assert (row.refunded, row.charged_back) == (euro("25.00"), euro("9.95"))
    assert "payment-refund-not-believed" in mails(organisation)
