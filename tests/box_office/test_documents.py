"""What the box office prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.box_office import documents, selling, shifts
from kring.box_office.models import Taking
from kring.registrations import codes
from kring.registrations.models import Ticket
from tests import pdf
from tests.box_office.conftest import Desk

pytestmark = pytest.mark.django_db


def printed(taking: Taking, **how: Any) -> bytes:
    found = Taking.objects.with_what_a_list_shows().select_related("organisation", "payment__order").get(pk=taking.pk)
    return documents.sale_pdf(found, **how)


def test_on_a_roll_each_ticket_is_a_piece_of_its_own_and_the_receipt_the_last(desk: Desk) -> None:
    made = printed(desk.sell(3, name="Jan Jansen"), paper="roll")

    assert (pdf.number_of_pages(made), pdf.size_of(made)[0]) == (4, 80)
    assert pdf.codes_on(made) == [codes.code_of(each) for each in Ticket.objects.order_by("pk")]
    assert pdf.accessibility(made)["language"] == "en"


def test_on_a4_four_tickets_share_a_page_and_all_can_be_read(desk: Desk) -> None:
    made = printed(desk.sell(5), paper="a4")

    assert (pdf.number_of_pages(made), pdf.size_of(made)) == (3, (210, 297))
    assert sorted(pdf.codes_on(made)) == sorted(codes.code_of(each) for each in Ticket.objects.all())


def test_the_receipt_says_what_was_paid_for_what_and_how(desk: Desk) -> None:
    desk.standard.vat_rate = Decimal(21)
    desk.standard.save()

    text = pdf.text_of(printed(desk.sell(10, price="9", why="Group"), paper="a4", with_tickets=False))

    order = Taking.objects.get().payment.order
    for words in (
        "Receipt",
        f"Order {order.number}",
        f"10 × {desk.event}: {desk.attraction} · Standard",
        "Group",
        "€90.00",
        "of which VAT 21%: €15.62",
        "Paid: Cash, €90.00",
    ):
        assert words in text


def test_what_was_taken_back_is_not_printed_as_a_ticket_and_the_receipt_says_so(desk: Desk) -> None:
    taking = desk.sell(2)
    [first, _second] = taking.payment.order.lines.all()
    selling.undo(taking, [first.pk], reason="One too many", by=desk.seller)

    made = printed(taking, paper="roll")

    assert len(pdf.codes_on(made)) == 1
    assert "cancelled" in pdf.text_of(made) and "Given back €12.50" in pdf.text_of(made)
    assert "Total €12.50" in pdf.text_of(made)


def test_a_sale_all_taken_back_still_has_its_receipt(desk: Desk) -> None:
    taking = desk.sell(1)
    selling.undo(taking, [line.pk for line in taking.payment.order.lines.all()], reason="A mistake", by=desk.seller)

    text = pdf.text_of(printed(taking, paper="a4", with_receipt=False))

    assert "Receipt" in text and "Total €0.00" in text


def test_the_report_of_a_shift_says_what_was_counted_and_what_is_missing(desk: Desk) -> None:
    desk.sell(2)
    desk.sell(1, takes="nothing", reason="Crew")
    closed = shifts.close(desk.shift, counted=Decimal(74), note="A coin fell", by=desk.seller)
    takings = list(Taking.objects.with_what_a_list_shows())

    text = pdf.text_of(documents.shift_pdf(closed, takings, "en"))

    for words in (
        "Shift 1",
        closed.seller_name,
        "A coin fell",
        "Cash at the start €50.00",
        "Expected cash €75.00",
        "Counted cash €74.00",
        "Difference -€1.00",
        "Cash 1 €25.00 €0.00 €25.00",
        "VIP 1 €0.00",
        "2 sales",
    ):
        assert words in text
