"""Corrections are new records; waived and withdrawn, nothing is owed (C2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.dues import billing_together, changing_payers, correcting, parts, payers, receiving, refusals
from kring.dues.models import Contribution, DuesSettings, Payer
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import refusals as of_payments
from kring.payments.models import CreditAccount, Payment
from tests import make
from tests.dues import owing
from tests.dues.owing import family, now, pending
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def euro(text):
    return Decimal(text)


def correct(made, amount, **more):
    return correcting.correct(made, amount=euro(amount), reason="Agreed", by=None, **more)


def test_more_is_a_record_and_a_bill_of_its_own():
    made = owing.contribution("80.00")

    more = correct(made, "100.00")

    assert (more.amount, more.corrects, more.kind, more.reason) == (20, made, "correction", "Agreed")
    assert now(made, more) == [("open", "0.00", "80.00"), ("open", "0.00", "20.00")]
    assert more.order_id != made.order_id
    assert correcting.costs_now(made) == 100


def test_less_lowers_what_is_open_and_the_first_record_stays():
    made = owing.contribution("80.00")

    less = correct(made, "50.00")

    made.refresh_from_db()
    assert (made.amount, made.left, less.amount, less.left, less.order) == (80, 50, -30, 0, None)
    assert Order.objects.get().total == 50


def test_less_than_was_paid_completes_it_and_the_rest_is_credit_where_that_is_chosen():
    made = owing.contribution("80.00", member=make.member(email="ada@example.org"))
    receiving.receive(made.order, amount=euro("80.00"), by=None)

    correct(made, "50.00", is_credited=True)

    assert now(made) == [("paid", "50.00", "0.00")]
    assert CreditAccount.objects.get(email="ada@example.org").balance == 30


def test_part_paid_it_is_complete_when_it_costs_no_more():
    made = owing.contribution("80.00")
    receiving.receive(made.order, amount=euro("50.00"), by=None)

    correct(made, "50.00")

    assert now(made) == [("paid", "50.00", "0.00")]
    assert Order.objects.get().state == "paid"


def test_less_takes_back_first_what_a_correction_added():
    made = owing.contribution("80.00")
    more = correct(made, "100.00")

    correct(made, "70.00")

    assert now(made, more) == [("open", "0.00", "70.00"), ("paid", "0.00", "0.00")]


@pytest.mark.parametrize(("amount", "refusal"), [("-0.01", refusals.BelowNothing), ("80.00", refusals.NothingChanged)])
def test_what_makes_no_sense_is_refused(amount, refusal):
    made = owing.contribution("80.00")

    with refuses(refusal):
        correct(made, amount)


def test_while_a_payment_is_under_way_nothing_is_changed():
    made = owing.contribution("80.00")
    pending(made.order, "80.00", method="direct_debit")

    for act in (correcting.waive, correcting.withdraw):
        with refuses(refusals.UnderWay):
            act(made, reason="Ill", by=None)
    with refuses(refusals.UnderWay):
        correct(made, "10.00")


def test_waived_it_is_not_owed_and_the_reason_is_kept():
    one, other = family("80.00", "40.00")

    correcting.waive(one, reason="Hardship", by=None)

    one.refresh_from_db()
    assert (one.state, one.left, one.reason) == ("waived", 0, "Hardship")
    assert now(other) == [("open", "0.00", "40.00")]
    assert Order.objects.get().total == 40
    assert AuditEntry.objects.filter(action="contribution.waived").count() == 1
    with refuses(refusals.NothingOwed):
        correcting.waive(one, reason="Again", by=None)


def test_what_was_paid_of_it_stays_paid():
    made = owing.contribution("80.00")
    receiving.receive(made.order, amount=euro("30.00"), by=None)

    assert correcting.waive(made, reason="Hardship", by=None) == 50

    assert now(made) == [("waived", "30.00", "0.00")]
    assert (Order.objects.get().state, Order.objects.get().total) == ("paid", 30)


def test_withdrawn_it_makes_room_for_another_and_not_where_money_came():
    member = make.member()
    made = owing.contribution("80.00", member=member)
    correcting.withdraw(made, reason="Wrong table", by=None)
    again = owing.contribution("70.00", member=member)

    assert now(made, again) == [("withdrawn", "0.00", "0.00"), ("open", "0.00", "70.00")]
    receiving.receive(again.order, amount=euro("0.01"), by=None)
    with refuses(refusals.MoneyHasCome):
        correcting.withdraw(again, reason="Wrong", by=None)


def test_a_bill_is_moved_to_another_payer_with_a_new_link():
    one, _other = family("80.00", "40.00")
    secret = one.order.secret
    sponsor = Payer.objects.create(own_name="Bakery", own_email="info@bakery.example")

    changing_payers.change(one.order, sponsor, reason="Sponsors them", by=None)

    order = Order.objects.get()
    assert (order.buyer_name, order.buyer_email) == ("Bakery", "info@bakery.example")
    assert order.secret != secret
    assert set(Contribution.objects.values_list("payer", flat=True)) == {sponsor.pk}
    receiving.receive(order, amount=euro("1.00"), by=None)
    with refuses(refusals.MoneyHasCome):
        changing_payers.change(order, payers.payer_of(one.member), reason="No", by=None)


def test_nor_has_a_payer_without_email_the_link_of_another_without():
    made = owing.contribution("80.00", member=make.member(email=""))
    secret = made.order.secret

    changing_payers.change(made.order, Payer.objects.create(own_name="Bakery"), reason="Sponsors them", by=None)

    assert Order.objects.get().secret != secret


def test_several_open_bills_become_one_and_one_payment_pays_all():
    member = make.member(email="ada@example.org")
    one = owing.contribution("80.00", member=member)
    other = owing.contribution("25.00", member=member, kind="entry", bill="entry")

    order = billing_together.join(one.payer, by=None)

    assert (order.pk, order.total) == (one.order_id, 105)
    receiving.receive(order, amount=euro("105.00"), by=None)
    assert now(one, other) == [("paid", "80.00", "0.00"), ("paid", "25.00", "0.00")]
    assert Order.objects.get(pk=other.order_id).state == "cancelled"
    with refuses(refusals.NothingTogether):
        billing_together.join(one.payer, by=None)


def test_a_bill_on_which_something_was_paid_or_is_under_way_stays_alone():
    member = make.member()
    bills = [owing.contribution("10.00", member=member, kind="correction", bill=str(n)) for n in range(3)]
    receiving.receive(bills[0].order, amount=euro("1.00"), by=None)
    pending(bills[1].order, "10.00", method="direct_debit")

    assert [each.pk for each in billing_together.can_be_joined(bills[0].payer)] == [bills[2].order_id]


def test_a_family_that_pays_in_parts_owes_until_the_last_has_come():
    DuesSettings.objects.create(instalments=4, months_between=3)
    one, other = family("80.00", "40.01")
    from kring.billing import instalments

    plan = parts.offered(one.order)
    instalments.choose(one.order, plan)
    receiving.receive(one.order, amount=plan[0].amount, by=None)

    assert [str(each.amount) for each in plan] == ["30.00", "30.00", "30.00", "30.01"]
    assert now(one, other) == [("part_paid", "30.00", "50.00"), ("open", "0.00", "40.01")]
    assert Order.objects.get().state == "awaiting"
    for part in plan[1:]:
        receiving.receive(Order.objects.get(), amount=part.amount, by=None)
    assert now(one, other) == [("paid", "80.00", "0.00"), ("paid", "40.01", "0.00")]
    assert Order.objects.get().state == "paid"


@pytest.mark.parametrize(("total", "number"), [("120.00", 4), ("35.00", 3), ("19.99", 0), ("0.01", 0)])
def test_no_part_is_smaller_than_the_settings_say(total, number):
    settings = DuesSettings(instalments=4, smallest_instalment=Decimal(10))

    assert len(parts.planned(euro(total), timezone.localdate(), settings)) == number


def test_paid_twice_the_second_is_too_much_and_staff_are_told():
    made = owing.contribution("80.00", member=make.member(email="ada@example.org"))
    receiving.receive(made.order, amount=euro("80.00"), by=None)
    with refuses(of_payments.AlreadyPaid):
        receiving.receive(made.order, amount=euro("80.00"), by=None)

    from kring.payments import paying

    late = pending(made.order, "80.00")
    paying.confirm(late)

    assert now(made) == [("paid", "80.00", "0.00")]
    assert Message.objects.filter(template="payment-surplus").count() == 1


def test_who_paid_all_gets_a_receipt_and_who_paid_a_part_hears_what_is_left():
    made = owing.contribution("80.00", member=make.member(email="ada@example.org"))

    receiving.receive(made.order, amount=euro("30.00"), by=None)
    assert [each.template for each in Message.objects.all()] == ["instalment-received"]

    receiving.receive(made.order, amount=euro("50.00"), by=None)
    assert Message.objects.latest("pk").template == "contribution-paid"
    assert Payment.objects.filter(state="paid").count() == 2


def test_a_payer_without_an_email_can_pay_too():
    made = owing.contribution("80.00")

    receiving.receive(made.order, amount=euro("80.00"), by=None)

    assert now(made) == [("paid", "80.00", "0.00")]
    assert not Message.objects.exists()
