"""What has come in for an order is noted at its contributions by the database, whoever writes it (C2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order, OrderLine
from kring.dues import recording
from kring.dues.models import Contribution
from kring.payments import disputing, paying
from kring.payments.method import DisputeReport
from kring.payments.models import Dispute, Payment, Refund
from tests import make
from tests.dues import owing
from tests.dues.owing import family, now, paid, pending

pytestmark = pytest.mark.usefixtures("in_scope")


def settled(order: Order) -> None:
    settling.settle(Order.objects.get(pk=order.pk))


def test_it_is_open_when_it_is_made():
    made = owing.contribution("80.00")

    assert now(made) == [("open", "0.00", "80.00")]
    assert made.order.is_of_dues and made.order.expires_at is None
    assert made.order.state == "awaiting"


def test_money_pays_the_contributions_of_a_bill_in_their_order():
    one, other = family("80.00", "40.00")

    paid(one.order, "100.00")
    assert now(one, other) == [("paid", "80.00", "0.00"), ("part_paid", "20.00", "20.00")]

    paid(one.order, "20.00")
    assert now(one, other) == [("paid", "80.00", "0.00"), ("paid", "40.00", "0.00")]


def test_more_than_is_owed_is_nobodys_contribution():
    one, other = family("80.00", "40.00")

    paid(one.order, "200.00")

    assert now(one, other) == [("paid", "80.00", "0.00"), ("paid", "40.00", "0.00")]


@pytest.mark.parametrize("amount", ["0.01", "79.99"])
def test_a_cent_counts(amount):
    made = owing.contribution("80.00")

    paid(made.order, amount)

    assert now(made) == [("part_paid", amount, str(Decimal("80.00") - Decimal(amount)))]


def test_what_is_under_way_is_in_progress_and_still_owed():
    one, other = family("80.00", "40.00")
    attempt = pending(one.order, "80.00", method="direct_debit")

    assert now(one, other) == [("pending", "0.00", "80.00"), ("open", "0.00", "40.00")]
    assert [each.pending for each in Contribution.objects.order_by("pk")] == [80, 0]

    attempt.mark_paid(by=None)
    assert now(one, other) == [("paid", "80.00", "0.00"), ("open", "0.00", "40.00")]


def test_a_transfer_that_was_only_explained_is_not_under_way():
    made = owing.contribution()

    pending(made.order, "80.00", method="transfer")

    assert now(made) == [("open", "0.00", "80.00")]


def test_at_a_provider_it_is_under_way_once_the_payer_did_their_part():
    made = owing.contribution()
    attempt = pending(made.order, "80.00", method="stripe", provider_id="cs_1")
    assert now(made) == [("open", "0.00", "80.00")]

    attempt.note_at_provider(progress="under_way")

    assert now(made) == [("pending", "0.00", "80.00")]


def test_a_payment_that_fails_is_noted_until_money_comes():
    made = owing.contribution()
    attempt = pending(made.order, "80.00", method="direct_debit")

    attempt.mark_failed("AM04")
    made.refresh_from_db()
    assert (made.state, made.failure, made.left) == ("failed", "AM04", 80)
    assert made.failed_at is not None

    paid(made.order, "30.00")
    made.refresh_from_db()
    assert (made.state, made.failure, made.failed_at) == ("part_paid", "", None)


def test_what_failed_is_in_progress_once_it_is_tried_again():
    made = owing.contribution()
    pending(made.order, "80.00", method="direct_debit").mark_failed("AM04")

    pending(made.order, "80.00", method="direct_debit")

    assert now(made) == [("pending", "0.00", "80.00")]


def refund(payment: Payment, amount: str, state: str = "done") -> Refund:
    return Refund.objects.create(
        payment=payment,
        amount=Decimal(amount),
        how="cash",
        state=state,
        reference=f"G{Refund.objects.count()}",
        given_on=timezone.localdate() if state == "done" else None,
    )


def test_what_was_given_back_of_a_paid_bill_is_owed_no_more():
    one, other = family("80.00", "40.00")
    payment = paid(one.order, "120.00")
    settled(one.order)

    refund(payment, "40.00")
    assert now(one, other) == [("paid", "80.00", "0.00"), ("refunded", "0.00", "0.00")]

    refund(payment, "80.00")
    assert now(one, other) == [("refunded", "0.00", "0.00"), ("refunded", "0.00", "0.00")]


def test_giving_back_too_much_that_came_changes_nothing():
    made = owing.contribution("80.00")
    payment = paid(made.order, "100.00")
    settled(made.order)

    refund(payment, "20.00")

    assert now(made) == [("paid", "80.00", "0.00")]


def test_giving_back_what_came_for_a_bill_that_still_waits_leaves_all_of_it_owed():
    made = owing.contribution("80.00")
    payment = paid(made.order, "30.00")

    refund(payment, "30.00")

    assert now(made) == [("open", "0.00", "80.00")]


def dispute(payment: Payment, status: str) -> None:
    report = DisputeReport(provider_id="d1", amount=payment.amount, reason="MD06", respond_by="", status=status)
    paying.lock(payment)
    disputing.apply(payment, [report])


def paid_and_settled() -> tuple[Contribution, Payment]:
    made = owing.contribution("80.00")
    payment = paid(made.order, "80.00", method="direct_debit")
    settled(made.order)
    assert now(made) == [("paid", "80.00", "0.00")]
    return made, payment


def test_while_a_payment_is_disputed_nobody_is_asked_for_it():
    made, payment = paid_and_settled()

    dispute(payment, "open")

    assert now(made) == [("pending", "0.00", "80.00")]
    made.order.refresh_from_db()
    assert made.order.state == "paid"


def test_a_dispute_that_is_lost_opens_the_bill_again_and_the_next_money_pays_it():
    made, payment = paid_and_settled()
    dispute(payment, "open")

    dispute(payment, "lost")

    made.refresh_from_db()
    assert (made.state, made.left, made.failure) == ("failed", 80, "MD06")
    assert Order.objects.get(pk=made.order_id).state == "awaiting"

    paid(made.order, "80.00")
    assert now(made) == [("paid", "80.00", "0.00")]


def test_a_dispute_that_is_won_after_all_pays_it():
    made, payment = paid_and_settled()
    dispute(payment, "lost")

    dispute(payment, "won")

    assert now(made) == [("paid", "80.00", "0.00")]
    assert Order.objects.get(pk=made.order_id).state == "paid"
    assert Dispute.objects.get().state == "won"


def test_a_line_that_was_cancelled_is_not_owed_and_money_goes_to_the_others():
    one, other = family("80.00", "40.00")

    settling.cancel_line(one.line, reason="Twice")
    assert now(one, other) == [("withdrawn", "0.00", "0.00"), ("open", "0.00", "40.00")]

    paid(one.order, "40.00")
    assert now(one, other) == [("withdrawn", "0.00", "0.00"), ("paid", "40.00", "0.00")]


def test_a_bill_that_is_over_is_not_owed():
    made = owing.contribution()

    settling.cancel(made.order, reason="Twice")

    assert now(made) == [("withdrawn", "0.00", "0.00")]


def test_a_line_may_cost_less_by_now():
    made = owing.contribution("80.00")
    paid(made.order, "50.00")

    OrderLine.objects.filter(pk=made.line_id).update(amount=Decimal(50), reason="Ill")

    assert now(made) == [("paid", "50.00", "0.00")]


def test_what_is_waived_is_not_owed_and_keeps_what_came():
    made = owing.contribution("80.00")
    paid(made.order, "30.00")

    Contribution.objects.filter(pk=made.pk).update(
        state="waived", waived_at=timezone.now(), reason="Hardship", left=Decimal(0)
    )

    assert now(made) == [("waived", "30.00", "0.00")]


def test_a_contribution_that_comes_onto_a_bill_later_takes_its_share_at_once():
    one, other = family("80.00", "40.00")
    alone = owing.contribution("10.00", bill="alone")
    paid(alone.order, "60.00")

    OrderLine.objects.filter(pk=other.line_id).update(order=alone.order, position=2)
    Contribution.objects.filter(pk=other.pk).update(order=alone.order)

    assert now(one, other, alone) == [
        ("open", "0.00", "80.00"),
        ("paid", "40.00", "0.00"),
        ("paid", "10.00", "0.00"),
    ]


def test_nothing_to_pay_is_paid_and_has_no_bill():
    made = owing.contribution("0.00")

    assert now(made) == [("paid", "0.00", "0.00")]
    assert made.order is None
    assert not Order.objects.exists()


def test_a_payment_for_something_else_is_no_business_of_theirs():
    order = Order.objects.create(currency="EUR", total=Decimal(10))
    OrderLine.objects.create(order=order, position=1, kind="registration", description="Ticket", amount=Decimal(10))

    paid(order, "10.00")

    assert not Contribution.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("-0.01")},
        {"kind": "gift"},
        {"state": "lost"},
        {"state": "waived"},
        {"left": Decimal("-0.01")},
        {"state": "paid"},
        {"during": "empty"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(change):
    made = owing.contribution()

    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=made.pk).update(**change)


def test_a_member_has_one_contribution_in_a_period():
    member = make.member()
    owing.contribution(member=member)

    with pytest.raises(IntegrityError, match="contributions_do_not_overlap"), transaction.atomic():
        owing.contribution(member=member)

    recording.record([owing.draft(member, "10.00", kind="correction")])
    recording.record([owing.draft(member, "25.00", kind="entry")])
    with pytest.raises(IntegrityError, match="entry_fee_is_one_per_joining"), transaction.atomic():
        recording.record([owing.draft(member, "25.00", kind="entry")])


def test_one_that_was_withdrawn_is_in_nobodys_way():
    member = make.member()
    made = owing.contribution(member=member)

    Contribution.objects.filter(pk=made.pk).update(withdrawn_at=timezone.now())
    again = owing.contribution("70.00", member=member)

    assert now(made, again) == [("withdrawn", "0.00", "0.00"), ("open", "0.00", "70.00")]
