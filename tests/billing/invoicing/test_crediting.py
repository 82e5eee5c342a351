"""Credit notes: with the refund, by the lines concerned, never for more than was invoiced; and corrections."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kring.billing import settling
from kring.billing.invoicing import crediting, issuing, refusals, writing
from kring.billing.invoicing.asking import ask
from kring.billing.invoicing.contents import Contents
from kring.billing.models import Invoice, Order
from kring.mail.models import Message
from kring.payments import arrears, refunding
from kring.payments.models import Payment
from tests.billing.invoicing import paid
from tests.jobs import work
from tests.payments import instalments, ordering
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
TWO_RATES = [("121.00", "21"), ("54.50", "9")]


@pytest.fixture(autouse=True)
def sends(in_scope):
    return paid.sends_invoices()


def contents(note: Invoice) -> Contents:
    return Contents.read(note.contents)


def credits() -> list[tuple[str, Decimal]]:
    return [(each.corrects.number[-4:], each.total) for each in Invoice.objects.filter(kind="credit").order_by("pk")]


def test_a_refund_brings_its_credit_note(in_scope):
    order = paid.order(TWO_RATES)
    paid.invoiced(order)

    refunding.refund(order.payments.get(), amount=Decimal("30.00"), reason="Courtesy", by=None)
    work()

    assert credits() == [("0001", Decimal("30.00"))]
    message = Message.objects.get(template="credit-note")
    assert message.recipient == "invoices@example.org"


def test_what_goes_back_is_spread_over_the_rates_by_the_lines(in_scope):
    order = paid.order(TWO_RATES)
    paid.invoiced(order)

    [note] = crediting.credit(order, amount=Decimal("17.55"))

    assert [(each.rate, each.gross) for each in contents(note).taxes] == [
        (Decimal(9), Decimal("5.45")),
        (Decimal(21), Decimal("12.10")),
    ]
    assert paid.judged(note) == []


def test_of_a_discounted_order_with_two_rates_what_was_cancelled_goes_back_first(in_scope):
    order = paid.order(TWO_RATES)
    line = order.lines.get(position=2)
    type(line).objects.filter(pk=line.pk).update(base=Decimal("70.00"), reason="Early bird")
    paid.invoiced(order)
    order.lines.filter(position=2).update(cancelled_at=order.paid_at)
    order.recompute_total()

    refunding.refund(order.payments.get(), amount=Decimal("54.50"), reason="Cancelled", by=None)
    work()

    [note] = Invoice.objects.filter(kind="credit")
    assert [(each.of, each.gross, each.why) for each in contents(note).lines] == [(1, Decimal("54.50"), "Early bird")]
    assert [(each.rate, each.vat) for each in contents(note).taxes] == [(Decimal(9), Decimal("4.50"))]
    assert paid.judged(note) == []


def test_all_notes_together_are_the_invoice_to_the_cent(in_scope):
    order = paid.order([("49.95", "21"), ("10.03", "21"), ("33.33", "9")])
    invoice = paid.invoiced(order)

    for amount in ("20.00", "31.07", "0.01"):
        crediting.credit(order, amount=Decimal(amount))
    crediting.credit(order)

    notes = [contents(each) for each in invoice.credit_notes.all()]
    whole = contents(invoice)
    assert sum(each.total for each in notes) == whole.total
    assert all(paid.judged(each) == [] for each in invoice.credit_notes.all())
    assert crediting.credit(order) == []


def test_all_at_once_is_the_invoice_itself(in_scope):
    order = paid.order([("49.95", "21"), ("0.03", "21"), ("33.33", "9")])
    invoice = paid.invoiced(order)

    [note] = crediting.credit(order)

    assert contents(note).taxes == contents(invoice).taxes
    assert [each.net for each in contents(note).lines] == [each.net for each in contents(invoice).lines]


def test_the_lines_given_are_credited_and_no_others(in_scope):
    order = paid.order(TWO_RATES)
    paid.invoiced(order)

    [note] = crediting.credit(order, lines=[order.lines.get(position=1)])

    assert [(each.of, each.gross) for each in contents(note).lines] == [(0, Decimal("121.00"))]


def test_no_more_goes_back_than_was_invoiced(in_scope):
    order = paid.order()
    invoice = paid.invoiced(order)
    crediting.credit(order, amount=Decimal("100.00"))

    with refuses(refusals.CreditTooLarge):
        crediting.credit(order, amount=Decimal("21.01"))
    with pytest.raises(IntegrityError, match="not for more than that"), transaction.atomic():
        writing.write(order, Invoice.Kind.CREDIT, contents(invoice), corrects=invoice)


def test_an_order_without_an_invoice_has_no_credit_note(in_scope):
    order = paid.order()

    refunding.refund(order.payments.get(), amount=Decimal("30.00"), reason="Courtesy", by=None)
    work()

    assert crediting.credit(order, amount=Decimal(1)) == [] and credits() == []


def test_what_was_paid_too_much_is_no_business_of_the_invoice(in_scope):
    order = paid.order()
    paid.invoiced(order)
    more = paid.received(order, "20.00")

    refunding.refund(more, amount=Decimal("20.00"), reason="Twice", by=None)
    work()

    assert credits() == []


def test_what_was_kept_of_a_cancelled_order_stays_invoiced(in_scope):
    order = paid.order()
    paid.invoiced(order)
    Order.objects.filter(pk=order.pk).update(state="cancelled", paid_at=None, closed_at=order.paid_at)

    refunding.refund(order.payments.get(), amount=Decimal("100.00"), reason="Less our costs", by=None)
    work()

    assert credits() == [("0001", Decimal("100.00"))]


def test_one_that_was_never_paid_is_credited_when_it_is_cancelled(in_scope):
    order = ordering.order(price="49.95")
    ask(order, paid.ADDRESS, by=None)
    settling.settle(order, reason="On account")
    work()

    settling.cancel(order, reason="Does not come")
    work()

    assert credits() == [("0001", Decimal("49.95"))]


def test_again_nothing_more_is_credited(in_scope):
    order = paid.order(TWO_RATES)
    paid.invoiced(order)
    refunding.refund(order.payments.get(), amount=Decimal("30.00"), reason="Courtesy", by=None)

    assert len(crediting.bring_up_to_date(order)) == 1
    assert crediting.bring_up_to_date(order) == []


def test_refunded_before_it_was_asked_for_both_documents_are_made(in_scope):
    order = paid.order()
    refunding.refund(order.payments.get(), amount=Decimal("21.00"), reason="Courtesy", by=None)

    invoice = paid.invoiced(order)

    assert invoice.total == Decimal("121.00") and credits() == [("0001", Decimal("21.00"))]


def test_a_correction_is_a_credit_note_and_a_new_invoice(in_scope):
    order = paid.order(TWO_RATES)
    first = paid.invoiced(order)
    crediting.credit(order, amount=Decimal("75.50"))

    second = crediting.correct(first, replace(paid.ADDRESS, company="The right one"), why="Wrong name", by=None)

    assert credits() == [("0001", Decimal("75.50")), ("0001", Decimal("100.00"))]
    assert (second.number[-4:], second.total, second.buyer) == ("0004", Decimal("100.00"), "The right one")
    assert paid.judged(second) == []
    with refuses(refusals.NothingToCredit):
        crediting.correct(first, paid.ADDRESS, why="Again", by=None)
    # What is refunded afterwards is credited on the new one.
    refunding.refund(order.payments.get(), amount=Decimal("80.00"), reason="Courtesy", by=None)
    work()
    assert credits()[-1] == ("0004", Decimal("4.50"))


def test_a_correction_asks_for_nothing_that_was_paid_since(in_scope):
    order = paid.order(paid=False)
    first = paid.invoiced(order)
    assert contents(first).due == 121
    paid.received(order, "121.00")

    second = crediting.correct(first, paid.ADDRESS, by=None)

    assert (contents(second).due, contents(second).due_on) == (0, None)
    assert paid.judged(second) == []


def test_a_refund_of_an_instalment_is_owed_again_and_no_credit(in_scope):
    order = instalments.complete("100", "200")
    paid.invoiced(order)

    refunding.refund(order.payments.get(), amount=Decimal(100), reason="mistake", by=None)
    work()
    assert credits() == []

    arrears.waive(order, reason="hardship", by=None)
    work()
    assert credits() == [("0001", Decimal(300))]


def test_what_is_paid_again_after_all_went_back_is_invoiced_again_and_once(in_scope):
    order = paid.order()
    paid.invoiced(order)
    refunding.refund(order.payments.get(), amount=Decimal("121.00"), reason="mistake", by=None)
    work()
    assert credits() == [("0001", Decimal("121.00"))]
    with refuses(refusals.AlreadyInvoiced):
        ask(order, paid.ADDRESS, by=None)
    paid.received(order, "121.00")

    second = paid.invoiced(order)

    assert (second.total, contents(second).due, len(credits())) == (121, 0, 1)
    with refuses(refusals.AlreadyInvoiced):
        ask(order, paid.ADDRESS, by=None)


def test_money_taken_along_to_another_order_is_credited(in_scope):
    from kring.payments.carrying import carry_over

    order, target = paid.order(), paid.order(paid=False)
    paid.invoiced(order)
    order.lines.update(cancelled_at=order.paid_at)
    order.recompute_total()

    carry_over(Order.objects.get(pk=order.pk), target, amount=Decimal("121.00"))
    work()

    assert credits() == [("0001", Decimal("121.00"))]
    assert Payment.objects.filter(method="carried").count() == 1
    assert issuing.issue(target) is None
