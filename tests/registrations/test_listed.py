"""What the list filters and sorts by follows orders, payments, tickets and answers at every change (R7)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order, OrderLine
from kring.core.tenancy import scope
from kring.forms.models import Submission
from kring.payments import paying, refunding
from kring.payments.models import Payment
from kring.registrations import cancelling, deciding
from kring.registrations.models import Answer, Listed, Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.places.test_at_once import at_once
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import let_in_at, make_registration, make_ticket

RANKS = {"paid": 0, "created": 1, "pending": 1}
COPIED = ["event_id", "attraction_id", "ticket_type_id", "state", "profession"]
COPIED += ["created_at", "completed_at", "cancelled_at"]


def truth() -> dict[int, dict[str, Any]]:
    """By key, put together from what each row is a copy of. People here have no accents in their names."""
    rows = Registration.objects.select_related("line__order")
    return {row.pk: _own(row) | _of_order(row.line) | _of_ticket(row) for row in rows}


def _own(row: Registration) -> dict[str, Any]:
    answers = Answer.objects.filter(registration=row)
    result = {each.name: each.sort if "choice" in each.type else each.sort[:60] for each in answers}
    copied = {name: getattr(row, name) for name in COPIED}
    return copied | {"name": row.attendee_name.lower(), "email": row.attendee_email, "answer_texts": result}


def _of_order(line: OrderLine) -> dict[str, Any]:
    order = line.order
    attempts = sorted(Payment.objects.filter(order=order), key=lambda each: (RANKS.get(each.state, 2), -each.pk))
    counts = attempts[0] if attempts else Payment(state=None, method=None)
    buyer = {"buyer": order.buyer_name.lower(), "buyer_email": order.buyer_email}
    payment = {"payment": counts.state, "method": counts.method, "price": line.amount}
    return {"number": order.number.lower(), "order_state": order.state} | buyer | payment


def _of_ticket(row: Registration) -> dict[str, Any]:
    ticket = Ticket.objects.filter(registration=row).first()
    names = {"issued_at": None, "admitted_at": None, "admitted_where": ""}
    return {name: getattr(ticket, name) for name in names} if ticket else names


def kept() -> dict[int, dict[str, Any]]:
    rows = Listed.objects.values()
    return {row.pop("registration_id"): _without(row, "id", "organisation_id", "updated_at") for row in rows}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def check(*acts: Callable[[], Any]) -> None:
    """After each of them the list is right."""
    for act in acts:
        act()
        assert kept() == truth()


@pytest.fixture
def treasurer(in_scope: Any) -> Any:
    return make.staff("treasurer")


@pytest.fixture
def order(in_scope: Any) -> Order:
    return ordering.order(tickets=2)


def test_an_order_is_paid_checked_in_refunded_and_cancelled(order: Order, treasurer: Any) -> None:
    def payment() -> Payment:
        return Payment.objects.get()

    check(
        lambda: ordering.start(order, "transfer"),
        lambda: paying.confirm(payment(), by=treasurer),
        lambda: let_in_at(Ticket.objects.all()[0], "North gate"),
        lambda: paying.undo(payment(), by=treasurer, reason="Wrong line"),
        lambda: paying.confirm(payment(), by=treasurer),
        lambda: refunding.refund(payment(), amount=Decimal(5), reason="Rain", by=treasurer),
        lambda: cancelling.cancel(Registration.objects.order_by("pk")[0], reason="Ill"),
        lambda: settling.cancel(ordering.fresh(order), reason="All ill"),
    )
    assert {row["payment"] for row in kept().values()} == {"paid"}


def test_a_payment_fails_another_begins_and_the_order_expires(order: Order, treasurer: Any) -> None:
    def latest() -> Payment:
        return Payment.objects.latest("pk")

    check(
        lambda: ordering.start(order, "manual"),
        lambda: paying.fail(latest(), "insufficient_funds"),
        lambda: ordering.start(ordering.fresh(order), "transfer"),
        lambda: ordering.let_expire(order),
        settling.expire_due,
        lambda: paying.confirm(latest(), by=treasurer),
    )
    assert {row["order_state"] for row in kept().values()} == {"paid"}


def test_money_comes_too_late_and_goes_back(in_scope: Any, treasurer: Any) -> None:
    late = ordering.order(capacity=1)
    check(
        lambda: ordering.start(late, "transfer"),
        lambda: ordering.let_expire(late),
        settling.expire_due,
        lambda: ordering.order(attraction=Registration.objects.get().attraction),
        lambda: paying.confirm(Payment.objects.get(), by=treasurer),
    )
    assert ordering.fresh(late).state == Order.State.UNDECIDED
    check(lambda: deciding.give_back(ordering.fresh(late), reason="Full", by=treasurer))


def test_staff_completes_by_hand(order: Order) -> None:
    check(lambda: deciding.complete_by_hand(order, reason="A guest of honour"))


def test_names_answers_prices_and_tickets_change(in_scope: Any) -> None:
    one = make_registration(attendee_name="Ada")
    version = form_of({"years": "number", "shirt": ("choice", {"m": "Medium " * 20}), "note": "long_text"})
    everybody = Registration.objects.all()

    check(
        lambda: submit(one, version, years="12", shirt="m", note="n" * 200),
        lambda: [each.save() for each in Submission.objects.all() if not each.answers.update(years="3")],
        lambda: everybody.update(attendee_name="Grace", attendee_email="g@example.org", profession="teacher"),
        lambda: OrderLine.objects.update(amount=Decimal(7)),
        lambda: Order.objects.update(buyer_name="Bob", number="NEW"),
        lambda: make_ticket(attendee_name="Bob", admitted=True),
        lambda: Ticket.objects.all().delete(),
        lambda: everybody.update(submission=None, state="expired", completed_at=None),
        lambda: everybody.update(created_at=timezone.now()),
        lambda: one.delete(),
    )


def test_many_at_once_are_noted_too(in_scope: Any) -> None:
    for _number in range(3):
        make_registration()

    def again() -> None:
        Ticket.objects.bulk_create(Ticket(registration=each, holder_number=1) for each in Registration.objects.all())

    check(
        lambda: Registration.objects.update(state="paying"),
        again,
        lambda: Ticket.objects.update(admitted_at=timezone.now()),
    )


@pytest.mark.django_db(transaction=True)
def test_whoever_changes_what_at_the_same_time_the_list_is_right_and_nobody_locks_another_out(
    organisation: Any,
) -> None:
    with scope(organisation):
        orders = [ordering.order(tickets=2) for _number in range(3)]
        version = form_of({"years": "number"})
        for each in Registration.objects.all():
            submit(each, version, years="0")
        for each in orders:
            ordering.start(each, "transfer")
            ordering.start(each, "manual")

    def change(number: int) -> bool:
        with scope(organisation):
            mine = orders[number % 3]
            one = Registration.objects.filter(line__order=mine).order_by("pk")[number // 3 % 2]
            match number % 5:
                case 0:
                    Submission.objects.filter(pk=one.submission_id).update(answers={"years": str(number)})
                case 1:
                    Registration.objects.filter(pk=one.pk).update(attendee_name=f"Ada {number}")
                case 2:
                    locked = Order.objects.select_for_update().get(pk=mine.pk)
                    Order.objects.filter(pk=locked.pk).update(buyer_name=f"Buyer {number}")
                case 3:
                    paying.fail(mine.payments.order_by("pk")[number % 2], "no")
                case 4:
                    paying.confirm(mine.payments.order_by("pk")[number % 2])
        return True

    assert all(at_once(change, 45))
    with scope(organisation):
        assert kept() == truth()
