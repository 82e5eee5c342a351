"""Overdue instalments: staff gives another date or waives the rest; nothing is cancelled by itself (R8)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.billing.models import Instalment, Order
from kring.organisations.models import AuditEntry
from kring.payments import arrears, refunding
from kring.payments.models import Payment
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering
from tests.payments.instalments import complete, in_days, pay, state_of
from tests.payments.ordering import fresh
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def late(*amounts: str, **fields: object) -> Order:
    made = complete(*amounts, **fields)
    Instalment.objects.filter(order=made, position=2).update(due_on=in_days(-5))
    return fresh(made)


def test_an_overdue_instalment_is_found_until_it_is_paid():
    made = late("100", "150", "50")
    complete("100", "200")

    assert list(Order.objects.in_arrears()) == [made]

    pay(made, "149.99")
    assert list(Order.objects.in_arrears()) == [made]
    pay(made, "0.01")
    assert list(Order.objects.in_arrears()) == []
    assert fresh(made).next_due_on == made.instalments.last().due_on


def test_a_refund_and_an_undone_payment_open_it_again():
    made = late("100", "200")
    payment = pay(made)
    assert fresh(made).next_due_on is None

    refunding.refund(fresh(payment), amount=Decimal(10), reason="mistake", by=None)

    assert fresh(made).next_due_on == in_days(-5)


def test_another_date_takes_it_off_the_list_and_is_logged_with_its_reason():
    made, treasurer = late("100", "200"), make.staff("treasurer")

    arrears.extend(made, due_on=in_days(20), reason="asked for it", by=treasurer)

    assert not Order.objects.in_arrears().exists()
    entry = AuditEntry.objects.get(action="order.instalment_extended")
    assert (entry.actor, entry.new) == (treasurer, {"due_on": str(in_days(20)), "reason": "asked for it"})


@pytest.mark.parametrize("days", [-1, 800])
def test_another_date_is_not_in_the_past_nor_far_away(days):
    with refuses(arrears.StrangeDay):
        arrears.extend(late("100", "200"), due_on=in_days(days), reason="x", by=None)


def test_waiving_the_rest_leaves_what_was_paid_and_asks_for_nothing_more():
    made = late("100", "150.01", "50", tickets=1)
    ordering.start(made, "transfer")

    assert arrears.waive(made, reason="hardship", by=None) == Decimal("200.01")

    made = fresh(made)
    assert (made.state, made.total, made.next_due_on) == ("paid", 100, None)
    assert state_of(made) == [(100, 100)]
    assert not Payment.objects.open().exists()
    assert Registration.objects.get().state == "completed"
    assert made.lines.get().reason == "hardship"


def test_waiving_shares_the_cents_among_all_lines():
    made = late("100", "200", tickets=3)

    arrears.waive(made, reason="hardship", by=None)

    assert [line.amount for line in made.lines.all()] == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]


def test_where_nothing_is_open_nothing_is_waived_or_extended():
    made = late("100", "200")
    pay(made)

    with refuses(arrears.NothingOpen):
        arrears.waive(made, reason="x", by=None)
    with refuses(arrears.NothingOpen):
        arrears.extend(made, due_on=in_days(3), reason="x", by=None)


def test_what_is_retained_is_no_part_of_what_is_waived():
    made = late("100", "100")
    pay(made)
    Order.objects.filter(pk=made.pk).update(retained=Decimal(50))
    for payment in made.payments.all():
        refunding.refund(payment, amount=payment.amount, reason="mistake", by=None)

    assert arrears.waive(fresh(made), reason="hardship", by=None) == 200

    assert (fresh(made).total, made.lines.get().amount) == (0, 0)
