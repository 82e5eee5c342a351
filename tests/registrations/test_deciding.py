"""What staff decides where no rule can (R2, P4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.places.models import Pool
from kring.registrations import deciding
from kring.registrations.booking import book
from kring.registrations.models import Registration, Ticket
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh, let_expire


@pytest.fixture
def treasurer(in_scope: Any) -> Any:
    return make.staff("treasurer")


@pytest.fixture
def too_late(treasurer: Any) -> Any:
    """Paid when its places had been given to somebody else."""
    attraction = make.attraction(capacity=1, price="49.95")
    order = ordering.order(attraction=attraction)
    payment = ordering.start(order, "transfer").payment
    let_expire(order)
    ordering.order(attraction=attraction)
    paying.confirm(payment, by=treasurer)
    Message.objects.all().delete()
    return fresh(order)


def states(order: Any) -> tuple[str, list[str]]:
    return fresh(order).state, list(Registration.objects.of_order(order).values_list("state", flat=True))


def test_an_order_completed_by_hand_gives_tickets_and_notes_no_money(in_scope: Any) -> None:
    order = ordering.order(tickets=2)

    deciding.complete_by_hand(order, reason="Sponsor")

    assert states(order) == ("paid", ["completed", "completed"])
    assert (Ticket.objects.count(), order.payments.count()) == (2, 0)
    assert AuditEntry.objects.get(action="order.completed").new["reason"] == "Sponsor"


def test_an_expired_order_is_completed_by_hand_where_there_is_a_place(in_scope: Any) -> None:
    order = ordering.order(capacity=1)
    let_expire(order)

    deciding.complete_by_hand(order, reason="Paid at the desk")

    assert states(order) == ("paid", ["completed"])


def test_and_not_where_there_is_none_nor_is_anybody_told_of_money(in_scope: Any) -> None:
    attraction = make.attraction(capacity=1, price="10")
    order = ordering.order(attraction=attraction)
    let_expire(order)
    ordering.order(attraction=attraction)
    before = states(order)

    with pytest.raises(deciding.StillNoPlace):
        deciding.complete_by_hand(order, reason="Paid at the desk")

    assert states(order) == before
    assert not Message.objects.filter(template__startswith="paid-too-late").exists()
    assert Pool.objects.get(pk=attraction.pool_id).taken == 1


def test_nobody_is_completed_without_a_name(in_scope: Any) -> None:
    attraction = make.attraction(price="10")
    order = book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")

    with pytest.raises(deciding.NobodyNamed):
        deciding.complete_by_hand(order, reason="Whoever")


def test_what_is_completed_is_not_completed_again(in_scope: Any) -> None:
    order = ordering.order()
    deciding.complete_by_hand(order, reason="Sponsor")

    with pytest.raises(WrongState):
        deciding.complete_by_hand(order, reason="Sponsor")


def test_late_money_gets_a_place_when_there_is_one_again(too_late: Any) -> None:
    with pytest.raises(deciding.StillNoPlace):
        deciding.give_places(too_late, reason="One more chair")
    assert states(too_late)[0] == "undecided"

    Pool.objects.update(capacity=2)
    deciding.give_places(too_late, reason="One more chair")

    assert states(too_late) == ("paid", ["completed"])
    assert Ticket.objects.filter(registration__line__order=too_late).count() == 1


def test_late_money_goes_back_and_the_order_is_over(too_late: Any, treasurer: Any) -> None:
    deciding.give_back(too_late, reason="Full", by=treasurer)

    assert states(too_late)[0] == "cancelled"
    payment = too_late.payments.get()
    assert (payment.refunded, payment.refunds.get().created_by) == (payment.amount, treasurer)
    assert Pool.objects.get().taken == 1


def test_what_needs_no_decision_gets_none(in_scope: Any, treasurer: Any) -> None:
    order = ordering.order()

    with pytest.raises(WrongState):
        deciding.give_places(order, reason="")
    with pytest.raises(WrongState):
        deciding.give_back(order, reason="", by=treasurer)
