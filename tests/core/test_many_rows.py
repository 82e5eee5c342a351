"""Rows by the thousand: what Django would write, without an object for each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from psycopg.types.range import DateRange

from kring.billing.models import Order, OrderLine
from kring.core.many_rows import insert, update
from kring.dues.models import Contribution
from tests import make
from tests.dues import owing

pytestmark = pytest.mark.usefixtures("in_scope")


def order(**more: Any) -> dict[str, Any]:
    return {"currency": "EUR", "buyer_name": "Ada", "buyer_email": "ada@example.org", "total": Decimal("12.50")} | more


def test_what_is_not_given_is_as_the_model_says() -> None:
    keys = insert(Order, [order(), order(buyer_name="Bo")])

    made = Order.objects.create(**order())
    one, other = (Order.objects.get(pk=key) for key in keys)
    own = {"id", "number", "secret", "created_at", "buyer_name", "_state"}
    assert {name: value for name, value in vars(one).items() if name not in own} == {
        name: value for name, value in vars(Order.objects.get(pk=made.pk)).items() if name not in own
    }
    assert (one.buyer_name, other.buyer_name) == ("Ada", "Bo")
    assert len({one.number, other.number, one.secret, other.secret}) == 4


def test_keys_come_in_the_order_of_the_rows_and_a_thousand_take_one_statement(django_assert_num_queries: Any) -> None:
    names = [f"person {n}" for n in range(1500)]

    with django_assert_num_queries(2):
        keys = insert(Order, [order(buyer_name=name) for name in names])

    found = Order.objects.in_bulk(keys)
    assert [found[key].buyer_name for key in keys] == names


def test_texts_amounts_days_and_lists_arrive_as_they_were() -> None:
    member, kind = make.member(), owing.kind()
    payer = owing.payers.payer_of(member)
    trace = [{"rule": 0, "words": {"pl": 'Łódź "ć" \\ \u2028', "en": "null"}, "amount": "0.10"}]
    given = {
        "member_id": member.pk,
        "type_id": kind.pk,
        "payer_id": payer.pk,
        "during": DateRange(date(2026, 1, 1), None),
        "amount": Decimal("0.00"),
        "trace": trace,
        "due_on": date(2026, 2, 28),
        "reason": "it's 'so', {} [NULL]",
        "state": "paid",
    }

    [key] = insert(Contribution, [given])

    found = Contribution.objects.get(pk=key)
    assert {name: getattr(found, name) for name in given} == given
    assert found.order_id is None and found.waived_at is None


def test_addresses_are_written_as_they_are_looked_up() -> None:
    [key] = insert(Order, [order(buyer_email="Ada@EXAMPLE.org")])

    assert (
        Order.objects.get(pk=key).buyer_email
        == Order.objects.create(**order(buyer_email="Ada@EXAMPLE.org")).buyer_email
    )


def test_what_is_too_long_is_refused_and_nothing_is_written() -> None:
    [key] = insert(Order, [order()])
    line = {"order_id": key, "position": 1, "kind": "contribution", "amount": Decimal(1)}

    with pytest.raises(DataError), transaction.atomic():
        insert(OrderLine, [line | {"description": "short"}, line | {"position": 2, "description": "x" * 301}])

    assert not OrderLine.objects.exists()
    assert insert(OrderLine, []) == []


def test_each_row_gets_its_own_values_and_nothing_else_changes(django_assert_num_queries: Any) -> None:
    one, other, third = insert(Order, [order(), order(), order()])

    with django_assert_num_queries(1):
        update(Order, [{"id": one, "total": Decimal("1.10")}, {"id": other, "total": Decimal(2)}])

    found = Order.objects.in_bulk([one, other, third])
    assert [found[key].total for key in (one, other, third)] == [Decimal("1.10"), Decimal("2.00"), Decimal("12.50")]
    update(Order, [])


def test_rows_of_another_organisation_stay(in_scope: Any) -> None:
    [key] = insert(Order, [order()])

    _as_the_database_knows(make.organisation().pk)
    update(Order, [{"id": key, "total": Decimal(0)}])
    _as_the_database_knows(in_scope.pk)

    assert Order.objects.get(pk=key).total == Decimal("12.50")


def _as_the_database_knows(organisation: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kring.organisation_id', %s, true)", [str(organisation)])
