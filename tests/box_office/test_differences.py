"""Without a card the desk takes the difference to the full price (issue: who pays what)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.billing.models import Order
from kring.box_office import differences, documents, refusals, selling, shifts
from kring.box_office.models import Taking
from kring.events.pricing import Effect, Rule, keeping
from kring.organisations.models import AuditEntry
from kring.payments.models import Payment
from kring.registrations.models import Registration
from tests import pdf
from tests.box_office.conftest import Desk
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
STUDENT = {"rule": 1, "words": {"en": "Student"}, "amount": "-5.00"}


def kept(key: int, condition: str, effect: Effect = Effect.AMOUNT_OFF, amount: str = "5", **more: Any) -> Any:
    settings = {"allowed": ["student"], "before": "2199-01-01T00:00:00+00:00", "fewest": 1}
    words = {"en": {"dates": "Early bird"}.get(condition, condition.title())}
    given = {"combines": True, "words": words} | more
    return keeping.as_kept([Rule(key, key, condition, settings, effect, Decimal(amount), **given)])[0]


@pytest.fixture
def student(desk: Desk) -> Registration:
    """A ticket of 12.50 that was sold for 7.50."""
    order = desk.sell(2).payment.order
    [line, _other] = order.lines.all()
    line.amount, line.trace = Decimal("7.50"), [STUDENT]
    line.save()
    order.price_rules = [kept(1, "profession")]
    order.save()
    order.recompute_total()
    Payment.objects.update(amount=Decimal(20))
    return Registration.objects.select_related("line").get(line=line)


def take(desk: Desk, registration: Registration, **given: Any) -> Any:
    given = {"kind": desk.kind("cash").pk, "seen": Decimal(5), "by": desk.seller} | given
    return differences.take_difference(desk.shift, registration, **given)


def test_the_difference_is_a_payment_in_the_shift_and_the_line_costs_the_full_price(
    desk: Desk, student: Registration
) -> None:
    taking = take(desk, student)

    order = taking.payment.order
    order.refresh_from_db()
    line = order.lines.get(pk=student.line_id)
    assert (line.amount, line.trace, line.reason) == (
        Decimal("12.50"),
        [],
        "Full price: the difference was paid at the box office",
    )
    assert (order.state, order.total, order.payments.kept()) == ("paid", Decimal(25), Decimal(25))
    assert shifts.figures(desk.shift).expected == Decimal(75)
    entry = AuditEntry.objects.get(action="order.difference_taken")
    assert (entry.old, entry.new["amount"]) == ({"amount": "7.50", "rules": ["Student"]}, "12.50")


def test_the_receipt_adds_up_to_the_price_with_what_was_paid_before(desk: Desk, student: Registration) -> None:
    taking = take(desk, student)
    found = Taking.objects.with_what_a_list_shows().select_related("organisation", "payment__order").get(pk=taking.pk)

    text = pdf.text_of(documents.sale_pdf(found, paper="roll", with_tickets=False))

    for words in ("€25.00", "Paid: Cash, €5.00", "Other payments: €20.00"):
        assert words in text


def test_an_early_bird_and_a_meal_stay_in_the_price_of_who_has_no_card(desk: Desk, student: Registration) -> None:
    early = {"rule": 2, "words": {"en": "Early bird"}, "amount": "-1.00"}
    dinner = {"rule": 3, "words": {"en": "People"}, "amount": "8.00"}
    student.line.amount, student.line.trace = Decimal("14.50"), [STUDENT, early, dinner]
    student.line.save()
    rules = [kept(1, "profession"), kept(2, "dates", amount="1"), kept(3, "people", Effect.AMOUNT_ON_TOP, "8")]
    Order.objects.update(price_rules=rules)

    take(desk, student)

    line = student.line
    line.refresh_from_db()
    assert (line.amount, line.trace) == (Decimal("19.50"), [early, dinner])
    with refuses(refusals.NoDifference):
        take(desk, student)


def test_an_early_bird_that_had_lost_to_the_students_price_counts_for_who_has_no_card(
    desk: Desk, student: Registration
) -> None:
    rules = [kept(1, "profession", combines=False), kept(2, "dates", amount="3", combines=False)]
    Order.objects.update(price_rules=rules)
    student.refresh_from_db()

    assert differences.difference_of(student) == Decimal(2)
    with refuses(refusals.NoDifference):
        take(desk, student, seen=Decimal(5))
    take(desk, student, seen=Decimal(2))

    line = student.line
    line.refresh_from_db()
    assert (line.amount, line.applied[0].text, line.applied[0].amount) == (Decimal("9.50"), "Early bird", Decimal(-3))


def test_it_is_taken_once_and_only_as_it_was_seen(desk: Desk, student: Registration) -> None:
    with refuses(refusals.NoDifference):
        take(desk, student, seen=Decimal("4.99"))
    take(desk, student)

    with refuses(refusals.NoDifference):
        take(desk, student)
    assert Payment.objects.count() == 2


def test_nothing_is_taken_of_a_full_price_nor_for_nothing(desk: Desk, student: Registration) -> None:
    other = Registration.objects.select_related("line").exclude(pk=student.pk).get()

    with refuses(refusals.NoDifference):
        take(desk, other, seen=Decimal(0))
    with refuses(refusals.UnknownKind):
        take(desk, student, kind=desk.kind("nothing").pk)
    shifts.close(desk.shift, counted=Decimal(0), note="", by=desk.seller)
    with refuses(refusals.ShiftClosed):
        take(desk, student)


def test_a_difference_is_no_sale_that_could_be_taken_back(desk: Desk, student: Registration) -> None:
    taking = take(desk, student)

    with refuses(refusals.NotASale):
        selling.undo(taking, [student.line_id], reason="A mistake", by=desk.seller)
