"""Who catches what a verb refuses owns the block that is undone; a forgotten one is loud (core/transactions.py)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from kring.billing import settling
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.core.transactions import Swallowed, in_transaction
from kring.organisations.models import Organisation
from kring.places.models import Pool
from kring.registrations.booking import book
from tests import make
from tests.performance.test_budgets import cost
from tests.refusing import refuses


@in_transaction
def begin_and_refuse() -> None:
    Pool.objects.create(capacity=1)
    raise Refusal


def swallow() -> None:
    """A caller that forgets its block."""
    with suppress(Refusal):
        begin_and_refuse()


def test_a_refusal_that_is_caught_without_a_block_is_loud_at_the_next_query(organisation: Organisation) -> None:
    with pytest.raises(TransactionManagementError), scope(organisation):
        swallow()
        Pool.objects.exists()


def test_and_loud_at_the_end_where_there_is_no_next_query(organisation: Organisation) -> None:
    with pytest.raises(Swallowed), scope(organisation):
        swallow()


@pytest.mark.django_db(transaction=True)
def test_so_it_is_in_a_transaction_of_its_own(organisation: Organisation) -> None:
    with pytest.raises(Swallowed), scope(organisation):
        Pool.objects.create(capacity=1)
        swallow()

    with scope(organisation):
        assert not Pool.objects.exists()


def test_what_the_database_refuses_is_as_loud(in_scope: Organisation) -> None:
    event = make.attraction().event
    types = {kind.pk: 1 for each in event.attractions.all() for kind in each.ticket_types.all()}
    book(event, types, language="en", secret="a" * 22)

    with refuses(IntegrityError):
        book(event, types, language="en", secret="a" * 22)
    with pytest.raises(TransactionManagementError), transaction.atomic():
        try:
            book(event, types, language="en", secret="a" * 22)
        except IntegrityError:
            Order.objects.exists()


def test_with_a_block_of_its_own_the_caller_goes_on(organisation: Organisation) -> None:
    with scope(organisation):
        with refuses(Refusal):
            begin_and_refuse()

        assert not Pool.objects.exists()


def test_undoing_on_purpose_is_not_forgetting(organisation: Organisation) -> None:
    with scope(organisation):
        Pool.objects.create(capacity=1)
        transaction.set_rollback(True)

    with scope(organisation):
        assert not Pool.objects.exists()


def test_an_order_is_locked_once(in_scope: Organisation) -> None:
    event = make.attraction().event
    types = {kind.pk: 1 for each in event.attractions.all() for kind in each.ticket_types.all()}
    order = lock(book(event, types, language="en"))

    again, statements = cost(lambda: lock(order))

    assert again is order and statements == 0


def test_a_lock_of_a_block_that_was_undone_is_taken_anew(in_scope: Organisation) -> None:
    event = make.attraction().event
    types = {kind.pk: 1 for each in event.attractions.all() for kind in each.ticket_types.all()}
    order = book(event, types, language="en")
    with refuses(Refusal):
        order = lock(order)
        settling.cancel(order, reason="for a moment")
        raise Refusal

    again, statements = cost(lambda: lock(order))

    assert (again.state, statements) == (Order.State.OPEN, 1)
