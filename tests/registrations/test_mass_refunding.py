"""An event that was called off is refunded as a whole: in parts, never twice, one email for each payer (E4, R6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.billing import settling
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.payments import paying, refunding
from kring.payments.methods.testpay import Testpay
from kring.payments.models import Payee, Payment, Refund
from kring.registrations import calling_off, mass_refunding
from kring.registrations.models import RefundRun, Registration, Ticket
from kring.waiting.models import Invitation
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import act, charge_of, fresh
from tests.payments.test_at_the_same_moment import at_once, in_scope_of
from tests.refusing import refuses
from tests.waiting.queueing import free_one, sold_out, wait


@pytest.fixture
def attraction(organisation: Any) -> Any:
    with scope(organisation):
        return make.attraction(event=make.event(name="Rally"), price="40", capacity=50)


def paid_by(organisation: Any, attraction: Any, method: str, buyer: str = "ada@example.org") -> Payment:
    with scope(organisation):
        order = ordering.order(attraction=attraction)
        type(order).objects.filter(pk=order.pk).update(buyer_email=buyer)
    if method == "testpay":
        payment = ordering.start(order, method).payment
        act(organisation, payment, "pay")
        work()
        return payment
    with scope(organisation):
        payment = ordering.start(order, method).payment
        paying.confirm(payment)
    return payment


def call_off(organisation: Any, attraction: Any) -> Event:
    with scope(organisation):
        event = fresh(attraction.event)
        calling_off.call_off(event, reason="A storm.")
    work()
    with scope(organisation):
        return fresh(event)


def begin(organisation: Any, event: Event, **choices: bool) -> RefundRun:
    with scope(organisation):
        return mass_refunding.begin(event, by=None, **{"cancels": True, "refunds": True} | choices)


def facts(organisation: Any) -> Any:
    """How much went back by itself, and how much is left; the states of registrations."""
    with scope(organisation):
        done = sum(Refund.objects.filter(state="done").values_list("amount", flat=True))
        left = sum(each.left for each in Payment.objects.filter(state="paid"))
        return done, left, set(Registration.objects.values_list("state", flat=True))


def test_the_dry_run_says_what_goes_back_by_which_way(organisation, attraction):
    for method in ("testpay", "testpay", "transfer"):
        paid_by(organisation, attraction, method)
    event = call_off(organisation, attraction)

    with scope(organisation):
        plan = mass_refunding.plan(event)

    ways = [(way.method, way.is_automatic, way.number, way.amount) for way in plan.ways]
    assert ways == [("testpay", True, 2, 80), ("transfer", False, 1, 40)]
    assert (plan.orders, plan.to_cancel, plan.amount, plan.automatic, plan.by_hand) == (3, 3, 120, 80, 40)
    assert facts(organisation) == (0, 120, {"completed"})


def test_pretended_money_is_shown_apart_and_in_no_sum(organisation, attraction):
    payments = [paid_by(organisation, attraction, "testpay") for _ in range(2)]
    with scope(organisation):
        Payment.objects.filter(pk=payments[0].pk).update(is_test=True)
    event = call_off(organisation, attraction)

    with scope(organisation):
        plan = mass_refunding.plan(event)

    assert [(way.is_test, way.amount) for way in plan.ways] == [(False, 40), (True, 40)]
    assert (plan.amount, plan.automatic, plan.by_hand) == (40, 40, 0)


def test_all_goes_back_once_and_each_payer_gets_one_email(organisation, attraction):
    for buyer in ("ada@example.org", "ada@example.org", "bob@example.org"):
        paid_by(organisation, attraction, "testpay", buyer)
    paid_by(organisation, attraction, "transfer", "cem@example.org")
    event = call_off(organisation, attraction)
    with scope(organisation):
        before = Message.objects.latest("pk").pk

    begin(organisation, event)
    work()

    assert facts(organisation) == (120, 40, {"cancelled"})
    with scope(organisation):
        mails = Message.objects.filter(pk__gt=before).order_by("recipient").values_list("template", "recipient")
        payers = ("ada@example.org", "bob@example.org", "cem@example.org")
        assert list(mails) == [("event-refund", each) for each in payers]
        assert RefundRun.objects.get().finished_at is not None
        assert mass_refunding.sums(RefundRun.objects.get()) == {"returned": 120, "by_file": 0, "left": 40}


def test_refunding_cancels_nothing_and_cancelling_refunds_nothing(organisation, attraction):
    paid_by(organisation, attraction, "testpay")
    event = call_off(organisation, attraction)

    begin(organisation, event, refunds=False)
    work()
    assert facts(organisation) == (0, 40, {"cancelled"})

    begin(organisation, event, cancels=False)
    work()
    assert facts(organisation) == (40, 0, {"cancelled"})


def test_repeated_nothing_goes_back_twice(organisation, attraction):
    payment = paid_by(organisation, attraction, "testpay")
    with scope(organisation):
        refunding.refund(fresh(payment), amount=Decimal(15), reason="Courtesy", by=None, how="cash")
    event = call_off(organisation, attraction)

    for _again in range(3):
        begin(organisation, event)
        work()

    with scope(organisation):
        assert [each["amount"] for each in charge_of(payment).refunds] == ["25.00"]
        assert mass_refunding.plan(event).is_empty


def test_it_is_stopped_and_goes_on_where_it_stopped(organisation, attraction):
    for buyer in ("a@example.org", "b@example.org", "c@example.org"):
        paid_by(organisation, attraction, "testpay", buyer)
    run = begin(organisation, call_off(organisation, attraction))
    with scope(organisation):
        assert mass_refunding.proceed(run.pk, most=1)
        mass_refunding.stop(run, by=None)
        assert not mass_refunding.proceed(run.pk, most=1)
        assert mass_refunding.progress(run) == {"done": 1, "waiting": 2}
        with refuses(mass_refunding.RunningAlready):
            mass_refunding.begin(run.event, cancels=True, refunds=True, by=None)
        mass_refunding.go_on(run, by=None)
    work()

    assert facts(organisation) == (120, 0, {"cancelled"})


def test_a_part_that_fails_has_not_happened(organisation, attraction, monkeypatch):
    paid_by(organisation, attraction, "testpay")
    run = begin(organisation, call_off(organisation, attraction))

    def fail(*_args: Any) -> None:
        raise OSError

    with monkeypatch.context() as change:
        change.setattr(mass_refunding, "_ask", fail)
        with pytest.raises(OSError), scope(organisation):
            mass_refunding.proceed(run.pk)
    assert facts(organisation) == (0, 40, {"completed"})

    work()

    assert facts(organisation) == (40, 0, {"cancelled"})


def test_no_freed_place_is_offered_to_the_waiting_list(organisation, attraction):
    """The negative control: of an event that goes on it is."""
    with scope(organisation):
        full, other = sold_out(), sold_out()
        wait(full, name="bob")
        wait(other, name="cem")
        free_one(other)
        assert Invitation.objects.count() == 1
    event = call_off(organisation, full)

    begin(organisation, event)
    work()

    with scope(organisation):
        assert set(Registration.objects.filter(event=event).values_list("state", flat=True)) == {"cancelled"}
        assert Invitation.objects.count() == 1


def test_what_the_organisation_keeps_with_a_reason_stays(organisation, attraction):
    payment = paid_by(organisation, attraction, "testpay")
    with scope(organisation):
        payment.order.retain(Decimal(10))
    begin(organisation, call_off(organisation, attraction))
    work()

    assert facts(organisation) == (30, 10, {"cancelled"})


def test_only_an_event_that_was_called_off_is_refunded_as_a_whole(in_scope):
    with refuses(mass_refunding.NotCalledOff):
        mass_refunding.begin(make.event(), cancels=True, refunds=True, by=None)


def test_a_large_sum_has_a_code_that_changes_with_it(organisation, attraction):
    event = attraction.event
    small, large, larger = (
        mass_refunding.Plan(1, 1, [mass_refunding.Way("testpay", True, False, 1, Decimal(amount))])
        for amount in ("499.99", "500", "500.01")
    )

    assert small.code(event) == ""
    assert len(large.code(event)) == 6 and large.code(event) == large.code(event) != larger.code(event)


@pytest.mark.django_db(transaction=True)
def test_a_tab_and_a_mass_run_at_once_send_no_more_than_came(organisation, attraction):
    payments = [paid_by(organisation, attraction, "testpay", f"p{n}@example.org") for n in range(3)]
    run = begin(organisation, call_off(organisation, attraction))

    def tab(payment: Payment) -> Any:
        return refunding.refund(fresh(payment), amount=Decimal(30), reason="Ill", by=None)

    at_once(
        in_scope_of(organisation, lambda: mass_refunding.proceed(run.pk)),
        *[in_scope_of(organisation, lambda payment=each: tab(payment)) for each in payments],
    )
    work()

    with scope(organisation):
        for payment in payments:
            assert sum(Decimal(each["amount"]) for each in charge_of(payment).refunds) == 40
    assert facts(organisation)[:2] == (120, 0)


def test_the_statements_for_a_part_do_not_grow_by_what_providers_are_asked(organisation, attraction, monkeypatch):
    """No provider is asked within the transaction of the part."""
    asked = []
    monkeypatch.setattr(Testpay, "refund", lambda self, refund, payment: asked.append(refund))
    paid_by(organisation, attraction, "testpay")
    run = begin(organisation, call_off(organisation, attraction))

    with scope(organisation):
        mass_refunding.proceed(run.pk)

    assert asked == []


def test_money_that_comes_after_it_was_called_off_gives_no_ticket_and_staff_decide(organisation, attraction):
    """The order had expired; there are places again."""
    with scope(organisation):
        order = ordering.order(attraction=attraction)
    payment = ordering.start(order, "testpay").payment
    with scope(organisation):
        ordering.let_expire(order)
        settling.expire_due()
    event = call_off(organisation, attraction)

    act(organisation, payment, "pay")
    work()

    with scope(organisation):
        assert fresh(order).state == "undecided"
        assert not Ticket.objects.exists()
        assert mass_refunding.plan(event).amount == Decimal("40.00")


def test_by_bank_file_each_payer_is_asked_once_for_the_account_and_nothing_is_left_to_do_by_hand(
    organisation, attraction
):
    for buyer in ("ada@example.org", "ada@example.org", "bob@example.org"):
        paid_by(organisation, attraction, "transfer", buyer)
    paid_by(organisation, attraction, "testpay", "cem@example.org")
    event = call_off(organisation, attraction)

    for _again in range(2):
        begin(organisation, event, by_bank_file=True)
        work()

    with scope(organisation):
        assert mass_refunding.sums(RefundRun.objects.earliest("pk")) == {"returned": 40, "by_file": 120, "left": 0}
        asked = Message.objects.filter(template="payment-refund-account").order_by("recipient")
        assert list(asked.values_list("recipient", flat=True)) == ["ada@example.org", "bob@example.org"]
        assert "80.00" in asked[0].text and "40.00" in asked[1].text
        refunds = Refund.objects.filter(how="bank_file")
        assert [each.amount for each in refunds] == [40, 40, 40] and {each.state for each in refunds} == {"asked"}
        assert Payee.objects.count() == 2
    assert facts(organisation) == (40, 0, {"cancelled"})
