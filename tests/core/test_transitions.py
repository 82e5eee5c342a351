"""A state changes by one guarded UPDATE along the table of its model (core/transitions.py)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.billing.models import Order
from kring.core.prepared_queries import update_where
from kring.core.refusals import WrongState
from kring.core.tenancy import TenantManager
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


TENANTS = [model for model in MACHINES if isinstance(model._default_manager, TenantManager)]


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_any_column_can_be_changed_with_the_state(model, in_scope):
    """Compared with the statement that Django would write."""
    # Settings are encrypted: no two times alike.
    columns = [each for each in model._meta.concrete_fields if each.name not in ("id", "organisation", "settings")]
    values = {field.name: None if field.null else _like(field) for field in columns}
    rows = model.objects.filter(pk=1, state__in=("a", "b"))

    with CaptureQueriesContext(connection) as asked:
        assert update_where(model, 1, ("a", "b"), values) == rows.update(**values) == 0

    ours, theirs = (query["sql"] for query in asked)
    assert ours == theirs


def _like(field):
    """A value of its type."""
    if isinstance(field, ArrayField):
        return []
    if field.is_relation or isinstance(field, (models.DecimalField, models.IntegerField)):
        return 1
    times = {
        models.DateTimeField: timezone.now(),
        models.DateField: timezone.localdate(),
        models.BooleanField: True,
        models.JSONField: {"a": [1]},
        DateRangeField: DateRange(timezone.localdate(), None),
    }
    return next((value for kind, value in times.items() if isinstance(field, kind)), "x")


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
