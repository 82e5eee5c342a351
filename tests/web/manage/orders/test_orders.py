"""Orders and payments as the treasurer sees them (P2, P4)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations import cancelling
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.pdf import number_of_pages
from tests.registrations import price_rules
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(treasurer: Staff) -> Payment:
    """A transfer that is on its way."""
    with scope(treasurer.organisation):
        return ordering.start(ordering.order(tickets=2), "transfer").payment


@pytest.fixture
def too_late(treasurer: Staff) -> Any:
    with scope(treasurer.organisation):
        attraction = make.attraction(capacity=1, price="49.95")
        order = ordering.order(attraction=attraction)
        begun = ordering.start(order, "transfer").payment
        ordering.let_expire(order)
        ordering.order(attraction=attraction)
        paying.confirm(begun, by=treasurer.user)
        return ordering.fresh(order)


def state(client: Staff, order: Any) -> str:
    with scope(client.organisation):
        return ordering.fresh(order).state


def numbers(page: Any) -> list[str]:
    """Of the orders in a list; the event stands below each."""
    return [cell.split()[0] for cell in column(page, "Order number")]


def test_confirming_says_for_how_many_and_completes_them(treasurer: Staff, payment: Payment) -> None:
    asked = text(treasurer.page("payment_confirmation", payment.pk))
    assert "2 registrations are completed" in asked and "Ada Lovelace" in asked

    response = treasurer.act("payment_confirmation", payment.pk)

    assert response.url == url("order", payment.order.number)
    with scope(treasurer.organisation):
        assert Ticket.objects.count() == 2
        assert ordering.fresh(payment).confirmed_by == treasurer.user


def test_a_failed_payment_is_confirmed_when_the_money_arrived_after_all(treasurer: Staff, payment: Payment) -> None:
    with scope(treasurer.organisation):
        paying.fail(payment, "The bank did not know the account")
    assert "Arrived after all" in text(treasurer.page("order", payment.order.number))
    asked = text(treasurer.page("payment_confirmation", payment.pk))
    assert (
        "counts as failed: The payment failed. The provider says: “The bank did not know the account”" in asked
        and "2 registrations are completed" in asked
    )

    treasurer.act("payment_confirmation", payment.pk)

    assert state(treasurer, payment.order) == "paid"
    with scope(treasurer.organisation):
        assert (ordering.fresh(payment).confirmed_by, Ticket.objects.count()) == (treasurer.user, 2)
        entry = AuditEntry.objects.get(action="payment.received")
        assert (entry.old, entry.new["state"], entry.actor) == ({"state": "failed"}, "paid", treasurer.user)


def test_one_that_was_let_go_is_confirmed_too_and_too_much_is_said_before(treasurer: Staff, payment: Payment) -> None:
    with scope(treasurer.organisation):
        ordering.start(payment.order, "manual")
        paying.confirm(payment.order.payments.get(method="manual"))
    assert "this is a surplus" in text(treasurer.page("payment_confirmation", payment.pk))

    treasurer.act("payment_confirmation", payment.pk)

    assert numbers(treasurer.page("orders", needs="refund")) == [payment.order.number]


@pytest.mark.parametrize(
    ("is_full", "ends"), [(False, "paid"), (True, "undecided")], ids=["a place is left", "all are taken"]
)
def test_money_of_a_failed_payment_after_the_end_gets_a_place_or_a_decision(
    treasurer: Staff, is_full: bool, ends: str
) -> None:
    with scope(treasurer.organisation):
        attraction = make.attraction(capacity=1, price="49.95")
        order = ordering.order(attraction=attraction)
        begun = ordering.start(order, "transfer").payment
        paying.fail(begun, "Refused")
        ordering.let_expire(order)
        settling.expire_due()
        if is_full:
            ordering.order(attraction=attraction)
    assert "if there are places left" in text(treasurer.page("payment_confirmation", begun.pk))

    treasurer.act("payment_confirmation", begun.pk)

    assert state(treasurer, order) == ends


def test_what_a_provider_will_speak_of_is_not_confirmed_by_hand(treasurer: Staff, payment: Payment) -> None:
    with scope(treasurer.organisation):
        Payment.objects.update(provider_id="tr_1")

    assert treasurer.act("payment_confirmation", payment.pk).status_code == 404


def test_confirming_twice_changes_nothing_more(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_confirmation", payment.pk)
    treasurer.act("payment_confirmation", payment.pk)

    with scope(treasurer.organisation):
        assert (Payment.objects.get().state, Ticket.objects.count()) == ("paid", 2)


def test_an_organiser_who_confirms_comes_back_to_the_registration(organiser: Staff, payment: Payment) -> None:
    response = organiser.act("payment_confirmation", payment.pk)

    assert response.url.startswith("/organisation/registrations/")


def test_a_confirmation_is_taken_back_with_a_reason(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_confirmation", payment.pk)
    assert errors(treasurer.act("payment_undoing", payment.pk, reason="")).keys() == {"reason"}

    treasurer.act("payment_undoing", payment.pk, reason="Another order")

    assert state(treasurer, payment.order) == "awaiting"


def test_a_refund_is_recorded_and_never_more_than_came(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_confirmation", payment.pk)
    assert errors(treasurer.act("payment_refund", payment.pk, amount="1000", reason="x")).keys() == {"amount"}

    treasurer.act("payment_refund", payment.pk, amount="10,50", reason="Ill")

    with scope(treasurer.organisation):
        assert str(Payment.objects.get().refunded) == "10.50"
    assert "Ill" in text(treasurer.page("order", payment.order.number))


def test_an_order_is_completed_by_hand(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("order_completion", payment.order.number, reason="Sponsor")

    assert state(treasurer, payment.order) == "paid"


def test_an_order_is_cancelled_with_all_its_registrations(treasurer: Staff, payment: Payment) -> None:
    assert "2 registrations are cancelled" in text(treasurer.page("order_cancellation", payment.order.number))

    treasurer.act("order_cancellation", payment.order.number, reason="Asked for it")

    assert state(treasurer, payment.order) == "cancelled"
    with scope(treasurer.organisation):
        assert set(Registration.objects.values_list("state", flat=True)) == {"cancelled"}


def test_late_money_waits_for_a_decision(treasurer: Staff, too_late: Any) -> None:
    assert numbers(treasurer.page("orders", needs="decision")) == [too_late.number]

    refused = treasurer.act("order_decision", too_late.number, choice="places", reason="x")
    assert (refused.status_code, state(treasurer, too_late)) == (422, "undecided")

    treasurer.act("order_decision", too_late.number, choice="money", reason="Full")
    assert state(treasurer, too_late) == "cancelled"


def test_what_is_to_be_done_is_found(treasurer: Staff, payment: Payment) -> None:
    number = payment.order.number
    assert numbers(treasurer.page("orders", needs="confirmation")) == [number]
    assert numbers(treasurer.page("orders", needs="refund")) == []

    with scope(treasurer.organisation):
        paying.confirm(payment)
        Payment.objects.create(
            order=payment.order,
            method="cash",
            amount=5,
            currency="EUR",
            reference="TWICE",
            state="paid",
            settled_at=ordering.fresh(payment).settled_at,
        )

    page = treasurer.page("orders", needs="refund")
    assert numbers(page) == [number]
    assert "overpaid" in text(page)


def test_orders_are_searched_by_the_reference_of_a_payment(treasurer: Staff, payment: Payment) -> None:
    assert numbers(treasurer.page("orders", q=payment.reference)) == [payment.order.number]


def test_a_transfer_of_less_is_noted_as_what_it_is_and_the_rest_is_asked_for(
    treasurer: Staff, payment: Payment
) -> None:
    assert 'value="99.90"' in treasurer.page("payment_confirmation", payment.pk).content.decode()
    yesterday = timezone.localdate() - timedelta(days=1)

    typed = {"amount": "40", "on": yesterday.isoformat(), "bank_reference": "ING 7"}
    treasurer.act("payment_confirmation", payment.pk, **typed)

    with scope(treasurer.organisation):
        came, rest = Payment.objects.order_by("pk")
        assert (came.state, came.amount, came.bank_reference) == ("paid", 40, "ING 7")
        assert timezone.localdate(came.settled_at) == yesterday
        assert (rest.state, rest.amount) == ("pending", Decimal("59.90"))
        message = Message.objects.latest("pk")
        assert (message.template, message.recipient) == ("payment-part-received", "ada@example.org")
        assert "Still to be paid: €59.90" in message.text and rest.reference in message.text
    assert state(treasurer, payment.order) == "awaiting"
    assert "€59.90" in text(treasurer.page("order", payment.order.number))


@pytest.mark.parametrize("amount", ["-5", "0", "NaN", "1e99", "x"])
def test_what_is_no_amount_is_refused(treasurer: Staff, payment: Payment, amount: str) -> None:
    assert treasurer.act("payment_confirmation", payment.pk, amount=amount).status_code == 422

    assert state(treasurer, payment.order) == "awaiting"


def test_a_transfer_of_more_waits_to_go_back_or_is_kept_with_a_reason(treasurer: Staff, payment: Payment) -> None:
    treasurer.act("payment_confirmation", payment.pk, amount="120")
    number = payment.order.number
    assert numbers(treasurer.page("orders", needs="refund")) == [number]

    treasurer.act("order_keeping", number, amount="20.10", reason="A gift")

    assert numbers(treasurer.page("orders", needs="refund")) == []
    assert "Kept by the organisation €20.10" in text(treasurer.page("order", number))


def test_what_is_cancelled_after_payment_is_a_task_and_its_amount_is_suggested(
    treasurer: Staff, payment: Payment
) -> None:
    with scope(treasurer.organisation):
        paying.confirm(payment, by=treasurer.user)
        second = Registration.objects.get(line__order=payment.order, line__position=2)
        cancelling.cancel(second, reason="Ill")
    assert "1 overpaid order: refund" in text(treasurer.page("dashboard"))
    assert 'value="49.95"' in treasurer.page("payment_refund", payment.pk).content.decode()

    treasurer.act("payment_refund", payment.pk, amount="49.95", reason="Ill", how="transfer")

    shown = text(treasurer.page("order", payment.order.number))
    for sentence in ("Cancelled €49.95", "Costs now €49.95", "Paid €99.90", "Refunded €49.95"):
        assert sentence in shown
    with scope(treasurer.organisation):
        message = Message.objects.get(template="payment-refunded")
        assert message.recipient == "ada@example.org"
        assert "€49.95" in message.text and "by bank transfer" in message.text
    assert numbers(treasurer.page("orders", needs="refund")) == []


def test_orders_are_narrowed_to_one_event(treasurer: Staff, payment: Payment) -> None:
    with scope(treasurer.organisation):
        other = ordering.order()
        event = Registration.objects.get(line__order=other).event_id

    assert numbers(treasurer.page("orders", event=event)) == [other.number]


def test_who_decides_about_late_money_sees_what_the_ticket_costs_now_and_why(treasurer: Staff) -> None:
    with scope(treasurer.organisation):
        gala = price_rules.attraction()
        dates = {"after": None, "before": (timezone.now() + timedelta(days=1)).isoformat()}
        bird = price_rules.rule(gala.event, "dates", "amount_off", "15", name="Early bird", settings=dates)
        order = ordering.order(attraction=gala)
        begun = ordering.start(order, "transfer").payment
        ordering.let_expire(order)
        settling.expire(ordering.fresh(order))
        bird.delete()
        paying.confirm(begun, by=treasurer.user)
    assert state(treasurer, order) == "undecided"

    shown = text(treasurer.page("order_decision", order.number))

    assert "The price has changed since" in shown and "€45.00 → €60.00 no longer: Early bird" in shown
    treasurer.act("order_decision", order.number, choice="places", reason="They paid what we asked")
    assert state(treasurer, order) == "paid"


def test_the_page_of_an_order_says_what_a_ticket_cost_before_and_which_rules_changed_it(treasurer: Staff) -> None:
    with scope(treasurer.organisation):
        gala = price_rules.attraction()
        price_rules.rule(gala.event, "people", settings={"fewest": 2}, name="Group")
        order = ordering.order(attraction=gala, tickets=2)

    shown = text(treasurer.page("order", order.number))

    assert "€36.00 instead of €60.00 Group: -€24.00" in shown


def test_staff_prints_all_tickets_of_an_order_once_there_are_any(organiser: Staff, treasurer: Staff) -> None:
    with scope(organiser.organisation):
        order = ordering.order(tickets=2)
    assert organiser.get(url("order_tickets", order.number)).status_code == 404
    with scope(organiser.organisation):
        settling.settle(order)

    answer = organiser.get(url("order_tickets", order.number))

    assert (answer.status_code, number_of_pages(answer.content)) == (200, 2)
    assert "Tickets as PDF" not in text(treasurer.page("order", order.number))
