"""A transfer of too much: one click makes the rest the payer's credit, and undoing takes it back (C4, R6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.banking import deciding, overpaid
from kring.banking.models import StatementLine
from kring.dues import accounts
from kring.payments.models import CreditAccount, Payment, Refund
from kring.payments.refusals import NotEnoughCredit
from tests import make
from tests.banking.booking import came, read, waiting
from tests.dues.owing import contribution, now
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
EMAIL = "ada@example.org"


def balance() -> Decimal:
    found = CreditAccount.objects.filter(email=EMAIL).first()
    return found.balance if found else Decimal(0)


def too_much(amount: str = "70.00") -> StatementLine:
    (line,) = read(came(amount, waiting("50").number))
    return line


def click(line: StatementLine) -> Decimal:
    return deciding.accept_with_credit(line, by=make.user())


def test_one_click_pays_the_order_and_keeps_the_rest_as_credit():
    order = waiting("50")
    (line,) = read(came("70.00", order.number))
    assert overpaid.expected(line) == 20

    credited = click(line)

    assert (credited, fresh(order).state, balance()) == (20, "paid", 20)
    line.refresh_from_db()
    assert (line.state, overpaid.credited(line), overpaid.too_much(line)) == ("booked", 20, 0)


def test_a_second_click_gives_nothing_more():
    line = too_much()
    click(line)

    assert click(line) == 0
    assert balance() == 20


def test_what_was_booked_before_can_become_credit_too():
    line = too_much()
    deciding.accept(line, by=make.user())
    line.refresh_from_db()
    assert (overpaid.too_much(line), balance()) == (20, 0)

    click(line)

    assert balance() == 20


def test_all_of_it_where_the_order_was_paid_before():
    order = waiting("50")
    (first,) = read(came("50.00", order.number))
    deciding.accept(first, by=None)

    (second,) = read(came("50.00", f"{order.number} again"))

    assert overpaid.expected(second) == 50
    click(second)
    assert balance() == 50


def test_undoing_takes_the_credit_back_and_the_order_waits_again():
    line = too_much()
    click(line)

    deciding.undo(line, by=make.user())

    line.refresh_from_db()
    assert (line.state, balance(), overpaid.credited(line)) == ("open", 0, 0)
    assert not Payment.objects.filter(state="paid").exists()
    click(line)
    assert balance() == 20


def test_credit_that_was_spent_cannot_be_taken_back():
    line = too_much()
    click(line)
    ordering.start(ordering.order(price="15"), "credit", settings={"email": EMAIL}, amount=Decimal(15))

    with refuses(NotEnoughCredit):
        deciding.undo(line, by=make.user())

    line.refresh_from_db()
    assert (line.state, balance()) == ("booked", 5)


def test_an_exact_amount_leaves_nothing_to_credit():
    order = waiting("50")
    (line,) = read(came("50.00", order.number))

    assert (overpaid.expected(line), click(line), balance()) == (0, 0, 0)


def test_the_account_of_the_payer_shows_both_and_neither_after_undoing():
    made = contribution("80.00", member=make.member(email=EMAIL))
    (line,) = read(came("100.00", made.order.number))

    click(line)

    movements = accounts.of_payers([made.payer_id])
    assert sorted(str(each.amount) for each in movements) == ["-100.00", "20.00", "80.00"]
    assert (movements[-1].balance, now(made)) == (0, [("paid", "80.00", "0.00")])

    deciding.undo(line, by=make.user())

    [only] = accounts.of_payers([made.payer_id])
    assert (only.balance, now(made), balance()) == (80, [("open", "0.00", "80.00")], 0)
    assert Refund.objects.get().state == "taken_back"
