"""Receipts of donations: only what was paid in the year and not returned, once, numbered, the same bytes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import AppliedRule, OrderLine
from kring.dues.donations import giving, receipts
from kring.dues.models import Contribution, DonationReceipt, DonationSettings, Surcharge
from kring.mail.models import Message
from kring.payments import paying, refunding
from kring.payments.models import Payment
from tests import make, pdf
from tests.dues import owing
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
LAST = timezone.localdate().year - 1
EMAIL = "ada@example.org"


@pytest.fixture(autouse=True)
def recognised(in_scope: Any) -> None:
    DonationSettings.objects.create(recognition="ANBI, RSIN 123456782\nNothing was given in return.", signed_by="Kim")


def paid_on(payment: Payment, day: date) -> Payment:
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    Payment.objects.filter(pk=payment.pk).update(settled_at=at)
    return fresh(payment)


def gift(amount: str = "50.00", *, on: date = date(LAST, 5, 1), is_paid: bool = True) -> Payment:
    """On top of an order."""
    order = ordering.order(price="20.00")
    OrderLine.objects.create(
        order=order,
        position=9,
        kind="gift",
        description="Gift: the youth",
        amount=Decimal(amount),
        base=Decimal(amount),
    )
    order.recompute_total()
    payment = ordering.start(fresh(order), "transfer").payment
    if not is_paid:
        return payment
    paying.confirm(payment)
    return paid_on(payment, on)


def given(year: int = LAST) -> list[tuple[str, str]]:
    return [(each.email, str(each.amount)) for each in giving.of_year(year)]


def test_a_gift_on_top_of_an_order_counts_once_it_is_paid():
    gift(is_paid=False)
    assert given(LAST) == []

    gift()

    assert given(LAST) == [(EMAIL, "50.00")]


def test_it_counts_in_the_year_in_which_it_was_paid():
    gift(on=date(LAST, 12, 31))
    gift("7.00", on=date(LAST - 1, 1, 1))

    assert (given(LAST), given(LAST - 1)) == ([(EMAIL, "50.00")], [(EMAIL, "7.00")])


@pytest.mark.parametrize("how", ["same", "credit"])
def test_what_was_returned_is_none(how):
    payment = gift()
    refunding.refund(payment, amount=Decimal("70.00"), reason="Ill", by=None, how=how)

    assert given() == []


def test_a_refund_that_stays_as_a_gift_is_one():
    payment = ordering.start(ordering.order(price="20.00"), "transfer").payment
    paying.confirm(payment)
    refunding.refund(
        fresh(payment), amount=Decimal("5.00"), reason="Keep it", by=None, how="gift", given_on=date(LAST, 3, 1)
    )

    assert given() == [(EMAIL, "5.00")]


def with_donation(amount: str = "80.00", part: str = "15.00") -> Contribution:
    names = {"en": "For the new roof"}
    surcharge = Surcharge.objects.create(
        names=names, amount=Decimal(part), valid_from=date(2020, 1, 1), is_donation=True
    )
    steps = [
        AppliedRule(0, {"en": "Adults"}, Decimal(amount) - Decimal(part)),
        AppliedRule(surcharge.pk, names, Decimal(part)),
    ]
    member = make.member(first_name="Ada", last_name="Lovelace", email=EMAIL, street="Kerkstraat", house_number="7")
    made = owing.contribution(amount, member=member)
    Contribution.objects.filter(pk=made.pk).update(trace=[each.as_kept() for each in steps])
    return made


def test_a_surcharge_that_is_a_donation_counts_once_all_is_paid():
    made = with_donation()
    paid_on(owing.paid(made.order, "70.00"), date(LAST, 2, 1))
    assert given() == []

    paid_on(owing.paid(made.order, "10.00"), date(LAST, 3, 1))
    type(made.order).objects.filter(pk=made.order_id).update(state="paid", paid_at=timezone.now())

    assert given() == [(EMAIL, "15.00")]


def test_one_receipt_for_all_that_one_person_gave_numbered_and_mailed():
    gift()
    gift("25.00", on=date(LAST, 8, 2))

    [made] = receipts.make(LAST, by=make.user())

    assert (made.number, made.total, len(made.gifts)) == (f"{LAST}-0001", Decimal("75.00"), 2)
    text = pdf.text_of(receipts.document_of(made))
    for part in (
        made.number,
        "Ada Lovelace",
        "€50.00",
        "€75.00",
        "RSIN 123456782",
        "Nothing was given in return.",
        "Kim",
    ):
        assert part in text
    assert Message.objects.get(template="donation-receipt").recipient == EMAIL


def test_made_again_there_is_nothing_new_and_the_bytes_stay():
    payment = gift()
    [made] = receipts.make(LAST, by=None)
    document = receipts.document_of(made)
    refunding.refund(payment, amount=Decimal("70.00"), reason="Ill", by=None, how="same")
    gift("10.00")
    DonationSettings.objects.update(recognition="Something else")

    assert receipts.make(LAST, by=None) == []

    assert receipts.document_of(DonationReceipt.objects.get()) == document
    assert Message.objects.filter(template="donation-receipt").count() == 1
    [donor] = receipts.plan(LAST)
    assert donor.has_changed and not donor.is_due


def test_the_payers_address_is_on_it():
    made = with_donation()
    paid_on(owing.paid(made.order, "80.00"), date(LAST, 2, 1))
    type(made.order).objects.filter(pk=made.order_id).update(state="paid", paid_at=timezone.now())

    [receipt] = receipts.make(LAST, by=None)

    assert receipt.address[0] == "Kerkstraat 7"


def test_below_the_smallest_there_is_none():
    DonationSettings.objects.update(smallest=Decimal(40))
    gift("39.99")

    assert receipts.make(LAST, by=None) == []

    gift("0.01")
    assert len(receipts.make(LAST, by=None)) == 1


def test_there_are_none_before_the_year_is_over_or_without_a_recognition():
    gift()
    with refuses(receipts.YearNotOver):
        receipts.make(LAST + 1, by=None)
    DonationSettings.objects.all().delete()
    with refuses(receipts.NoRecognition):
        receipts.make(LAST, by=None)
