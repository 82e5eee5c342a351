"""A state changes by one guarded UPDATE along the table of its model (core/transitions.py)."""

from __future__ import annotations

import pytest
from django.apps import apps

from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.core.transitions import StateMachine

MACHINES = [model for model in apps.get_models() if issubclass(model, StateMachine)]


def test_all_that_have_moves_are_here():
    assert {model.__name__ for model in MACHINES} >= {
        "WaitingEntry",
        "Event",
        "Invitation",
        "Message",
        "Order",
        "Payment",
        "Registration",
    }


@pytest.mark.parametrize("model", MACHINES, ids=lambda model: model.__name__)
def test_the_table_names_each_state_and_no_other(model):
    states = {state for state, _label in model._meta.get_field("state").choices}

    assert set(model.MOVES) == states
    assert {to for moves in model.MOVES.values() for to in moves} <= states


@pytest.fixture
def order(in_scope):
    return Order.objects.create(currency="EUR")


def test_a_move_that_is_not_in_the_table_is_a_mistake_of_ours(order):
    with pytest.raises(ValueError, match="No order goes from expired to awaiting"):
        order._move(Order.State.AWAITING_PAYMENT, only_from=[Order.State.EXPIRED])


def test_who_comes_too_late_is_told_the_state_there_is(order):
    Order.objects.get(pk=order.pk).expire()

    with pytest.raises(WrongState, match="expired"):
        order.await_payment()

    assert order.state == Order.State.EXPIRED


def test_another_change_does_not_put_back_a_state_that_moved_meanwhile(order):
    Order.objects.get(pk=order.pk).await_payment()

    order.wait_for_confirmation("transfer")

    order.refresh_from_db()
    assert (order.state, order.method_to_confirm) == (Order.State.AWAITING_PAYMENT, "transfer")
