"""Paying an order in parts: complete with the deposit, the rest by dates (R8)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kring.billing import instalments, settling
from kring.billing.models import Instalment, Order, OrderLine
from kring.billing.refusals import OrderGone
from kring.mail.models import Message
from kring.payments import paying, refusals
from kring.payments.models import Payment
from kring.payments.sums import sums
from kring.registrations import deciding
from kring.registrations.models import Registration, Ticket
from tests.payments import ordering
from tests.payments.instalments import complete, found_by_staff, in_days, order, parts, pay, state_of
from tests.payments.ordering import euro, fresh
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def mails_to_buyer() -> list[str]:
    return list(Message.objects.filter(recipient="ada@example.org").order_by("pk").values_list("template", flat=True))


def amounts(made: Order) -> list[Decimal]:
    return list(made.instalments.values_list("amount", flat=True))


def sums_of(made: Order):
    made = fresh(made)
    return sums(made, made.payments.all(), made.lines.all())


def test_only_the_deposit_is_asked_for_at_first():
    made = order("100", "150", "50")

    payment = ordering.start(made, "transfer").payment

    assert payment.amount == 100
    assert fresh(made).state == "awaiting"


def test_with_the_deposit_the_order_is_complete_and_its_ticket_issued():
    made = complete("100", "150", "50")

    assert made.state == "paid"
    assert Registration.objects.get().state == "completed"
    assert Ticket.objects.count() == 1
    assert sums_of(made).open == 200


def test_less_than_the_deposit_completes_nothing_and_the_rest_of_it_is_asked_for():
    made = order("100", "200")

    found_by_staff(made, "60")

    assert fresh(made).state == "awaiting"
    assert Payment.objects.open().get().amount == 40
    assert mails_to_buyer()[-1] == "payment-part-received"


def test_what_completes_the_deposit_completes_the_order():
    made = order("100", "200")
    found_by_staff(made, "60")

    paying.confirm(Payment.objects.open().get())

    assert fresh(made).state == "paid"


def test_an_unpaid_deposit_expires_as_any_order_does():
    made = order("100", "200")
    ordering.let_expire(made)

    settling.expire_due()

    assert fresh(made).state == "expired"


def test_the_deposit_that_comes_too_late_gets_the_place_if_there_is_one():
    made = order("100", "200")
    payment = ordering.start(made, "transfer").payment
    ordering.let_expire(made)
    settling.expire_due()

    paying.confirm(payment)

    assert fresh(made).state == "paid"


@pytest.mark.parametrize(("amount", "left"), [("", 0), ("0.01", euro("199.99")), ("150", 50), ("200", 0)])
def test_the_rest_or_any_part_of_it_is_paid_at_any_time(amount, left):
    made = complete("100", "150", "50")

    pay(made, amount)

    assert sums_of(made).open == left
    assert fresh(made).state == "paid"
    assert mails_to_buyer()[-1] == "instalment-received"


def test_what_comes_in_pays_for_the_parts_in_their_order():
    made = complete("100", "150", "50")

    pay(made, "170")

    assert state_of(made) == [(100, 100), (150, 150), (50, 20)]


def test_more_than_is_open_cannot_be_chosen():
    made = complete("100", "200")

    with refuses(refusals.PaysTooMuch):
        ordering.start(made, "transfer", amount=Decimal("200.01"))

    assert Payment.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN"])
def test_a_part_is_an_amount_in_whole_cents(amount):
    made = complete("100", "200")

    with refuses(refusals.NoAmount):
        ordering.start(made, "transfer", amount=Decimal(amount))


def test_once_all_is_paid_nothing_more_is_asked_for():
    made = complete("100", "200")
    pay(made)

    with refuses(refusals.AlreadyPaid):
        ordering.start(made, "transfer")


def test_more_than_all_is_a_surplus_for_staff_to_decide():
    made = complete("100", "200")

    found_by_staff(made, "230")

    assert sums_of(made).too_much == 30
    assert Message.objects.filter(template="payment-surplus").count() == 1


def test_two_attempts_for_the_rest_that_both_arrive_are_a_surplus_and_counted_once_each():
    made = complete("100", "200")
    transfer = ordering.start(made, "transfer").payment
    manual = ordering.start(made, "manual").payment

    for payment in (transfer, manual, transfer, manual):
        paying.confirm(fresh(payment))

    assert made.payments.kept() == 500
    assert sums_of(made).too_much == 200


def test_what_waits_for_staff_never_waits_for_more_than_is_open():
    made = complete("100", "200")
    transfer = ordering.start(made, "transfer").payment

    paying.confirm(ordering.start(made, "manual", amount=Decimal(150)).payment)

    assert (fresh(transfer).state, fresh(transfer).amount) == ("pending", 50)


def test_a_failed_attempt_for_the_rest_takes_nothing_back_and_says_why():
    made = complete("100", "200")
    payment = ordering.start(made, "manual").payment

    paying.fail(payment, "insufficient_funds")

    assert fresh(made).state == "paid"
    assert mails_to_buyer()[-1] == "payment-failed"


def test_a_deposit_ticked_by_mistake_is_waited_for_again():
    made = order("100", "200")
    payment = ordering.start(made, "transfer").payment
    paying.confirm(payment)

    paying.undo(fresh(payment), by=None, reason="the wrong one")

    assert (fresh(made).state, fresh(payment).amount) == ("awaiting", 100)


def test_a_later_part_ticked_by_mistake_leaves_the_order_complete():
    made = complete("100", "200")
    payment = pay(made, "50")

    paying.undo(fresh(payment), by=None, reason="the wrong one")

    assert (fresh(made).state, sums_of(made).open) == ("paid", 200)
    # Not all of the rest: ticked again, it is what was asked for.
    assert fresh(payment).amount == 50


def test_money_for_the_rest_of_a_cancelled_order_is_for_staff_to_decide():
    made = complete("100", "200")
    payment = ordering.start(made, "transfer").payment
    settling.cancel(fresh(made), reason="ill")

    paying.confirm(fresh(payment))

    assert fresh(made).state == "undecided"
    assert made.payments.kept() == 300


# The price changes.


def test_what_is_cancelled_comes_off_the_last_parts_and_what_was_paid_stays():
    made = complete("100", "150", "50", tickets=2)

    settling.cancel_line(made.lines.all()[0], reason="ill")

    assert state_of(made) == [(100, 100), (50, 0)]


def test_less_than_was_paid_is_a_surplus():
    made = complete("200", "100", tickets=2)

    settling.cancel_line(made.lines.all()[0], reason="ill")

    assert amounts(made) == [150, 0]
    assert sums_of(made).too_much == 50


def test_a_cheaper_order_whose_deposit_was_paid_in_part_is_complete_by_what_is_left():
    made = order("200", "100", tickets=2)
    found_by_staff(made, "160")

    settling.cancel_line(made.lines.all()[0], reason="ill")

    assert (fresh(made).state, amounts(made)) == ("paid", [150, 0])


def reprice(made: Order, amount: str) -> None:
    OrderLine.objects.filter(order=made).update(amount=Decimal(amount), base=Decimal(amount))
    fresh(made).recompute_total()


def test_what_it_costs_more_is_due_with_the_last_part():
    made = complete("100", "200")

    reprice(made, "330")

    assert amounts(made) == [100, 230]


def test_what_it_costs_more_after_the_last_date_is_a_part_of_its_own_in_two_weeks():
    made = complete("100", "200", first_in=3)

    reprice(made, "330")

    assert amounts(made) == [100, 200, 30]
    assert made.instalments.last().due_on == in_days(14)


def test_an_order_repriced_between_attempt_and_notice_counts_what_came():
    made = order("100", "200")
    payment = ordering.start(made, "transfer").payment
    reprice(made, "80")

    paying.confirm(fresh(payment))

    assert (fresh(made).state, state_of(made)) == ("paid", [(80, 80)])
    assert sums_of(made).too_much == 20


# Choosing.


def test_paying_at_once_after_all_asks_for_everything():
    made = order("100", "200")

    instalments.choose(made, [])

    assert not fresh(made).is_in_instalments
    assert ordering.start(fresh(made), "transfer").payment.amount == 300


def test_an_order_that_is_over_chooses_nothing():
    made = ordering.order(price="300")
    ordering.let_expire(made)

    with refuses(OrderGone):
        instalments.choose(fresh(made), parts("100", "200"))


def test_the_database_refuses_parts_that_are_not_the_total():
    made = ordering.order(price="300")

    with pytest.raises(IntegrityError, match=r"the instalments of order \d+ are 299.00 in all"), transaction.atomic():
        instalments.choose(made, parts("100", "199"))


@pytest.mark.parametrize("change", [{"amount": 99}, {"amount": 0}])
def test_the_database_refuses_a_part_that_is_changed_alone(change):
    made = order("100", "200")

    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(order=made, position=1).update(**change)


def test_completed_by_hand_the_instalments_are_still_owed():
    made = order("100", "200")
    ordering.start(made, "transfer")

    deciding.complete_by_hand(fresh(made), reason="promised")

    assert (fresh(made).state, sums_of(made).open) == ("paid", 300)
