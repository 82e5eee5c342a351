"""Several desks at the same moment: real transactions, real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import transaction

from kring.accounts.models import Role
from kring.billing.models import Order
from kring.box_office import kinds, refusals, selling, shifts
from kring.box_office.models import Shift, Taking
from kring.core.tenancy import scope
from kring.payments import refunding
from kring.payments.models import Payment
from kring.places.models import Pool
from kring.registrations.models import Registration
from kring.registrations.refusals import NoPlacesLeft
from tests import database, make
from tests.box_office.conftest import Desk, open_desk
from tests.payments.test_at_the_same_moment import at_once, in_scope_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation()


@pytest.fixture
def desk(organisation: Any) -> Desk:
    with scope(organisation):
        return open_desk(capacity=1)


def other_desk(desk: Desk) -> Desk:
    """Another person with a drawer of their own, selling the same."""
    seller = make.staff(Role.Name.BOX_OFFICE)
    shift = shifts.open_shift(seller, opening_cash=Decimal(0))
    return Desk(**vars(desk) | {"seller": seller, "shift": shift})


def test_two_desks_sell_the_last_place_once(organisation: Any, desk: Desk) -> None:
    with scope(organisation):
        other = other_desk(desk)

    results = at_once(in_scope_of(organisation, desk.sell), in_scope_of(organisation, other.sell))

    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [NoPlacesLeft]
    with scope(organisation):
        assert (Order.objects.count(), Pool.objects.get().taken) == (1, 1)


def test_both_raise_the_places_by_what_they_lack_and_no_more(organisation: Any, desk: Desk) -> None:
    with scope(organisation):
        other = other_desk(desk)

    results = at_once(
        *(in_scope_of(organisation, lambda each=each: each.sell(2, more_places="Chairs")) for each in (desk, other))
    )

    assert not [result for result in results if isinstance(result, Exception)]
    with scope(organisation):
        pool = Pool.objects.get()
        assert (pool.capacity, pool.taken) == (4, 4)


def test_one_form_sent_twice_at_once_sells_once(organisation: Any, desk: Desk) -> None:
    with scope(organisation):
        Pool.objects.update(capacity=None)

    results = at_once(*[in_scope_of(organisation, lambda: desk.sell(2, secret="the same"))] * 2)

    [refused] = [str(result) for result in results if isinstance(result, Exception)]
    assert "order_secret_is_unique" in refused
    with scope(organisation):
        assert (Order.objects.count(), Registration.objects.count(), Payment.objects.count()) == (1, 2, 1)


def test_a_seller_opens_one_shift_however_often_the_button_is_pressed(organisation: Any) -> None:
    with scope(organisation):
        seller = make.staff(Role.Name.BOX_OFFICE)

    results = at_once(*[in_scope_of(organisation, lambda: shifts.open_shift(seller, opening_cash=Decimal(0)))] * 4)

    assert sorted(type(result).__name__ for result in results) == ["Shift", *["ShiftOpenAlready"] * 3]


def test_two_people_open_shifts_with_numbers_of_their_own(organisation: Any) -> None:
    with scope(organisation):
        sellers = [make.staff(Role.Name.BOX_OFFICE) for _ in range(4)]

    at_once(
        *(
            in_scope_of(organisation, lambda each=each: shifts.open_shift(each, opening_cash=Decimal(0)))
            for each in sellers
        )
    )

    with scope(organisation):
        assert sorted(Shift.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def close_while_selling(organisation: Any, desk: Desk) -> bool:
    """Whether the report of the shift has exactly what was sold in it."""
    with scope(organisation):
        Pool.objects.update(capacity=None)
    close = in_scope_of(organisation, lambda: shifts.close(desk.shift, counted=Decimal(50), note="", by=desk.seller))
    at_once(close, *[in_scope_of(organisation, desk.sell)] * 4)
    with scope(organisation):
        reported = sum(each.number for each in shifts.figures(Shift.objects.get()).kinds)
        return bool(reported == Taking.objects.count())


def test_what_is_sold_while_a_shift_is_closed_is_in_its_report_or_refused(organisation: Any, desk: Desk) -> None:
    assert close_while_selling(organisation, desk)


def test_without_lock_and_trigger_a_sale_slips_past_the_report(organisation: Any, desk: Desk, monkeypatch: Any) -> None:
    """The negative control: what keeps sales and report together is the lock, and below it the trigger."""
    monkeypatch.setattr(selling, "lock_open", lambda shift: shift)
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        owner.execute("ALTER TABLE box_office_taking DISABLE TRIGGER USER")
        try:
            with scope(organisation):
                shifts.close(desk.shift, counted=Decimal(50), note="", by=desk.seller)
                Pool.objects.update(capacity=None)
                desk.sell()
                reported = sum(each.number for each in shifts.figures(Shift.objects.get()).kinds)
        finally:
            owner.execute("ALTER TABLE box_office_taking ENABLE TRIGGER USER")

    assert reported == 0
    with scope(organisation):
        assert Taking.objects.count() == 1


def test_a_sale_and_its_undoing_by_two_tabs_give_the_money_back_once(organisation: Any, desk: Desk) -> None:
    with scope(organisation):
        taking = desk.sell()
        lines = [line.pk for line in taking.payment.order.lines.all()]

    results = at_once(
        *[in_scope_of(organisation, lambda: selling.undo(taking, lines, reason="A mistake", by=desk.seller))] * 2
    )

    assert [type(result) for result in results if result is not None] == [refusals.UndoneAlready]
    with scope(organisation):
        assert Payment.objects.get().refunded == Decimal("12.50")


def test_money_given_back_by_the_treasurer_while_a_shift_is_closed_is_in_its_report(
    organisation: Any, desk: Desk
) -> None:
    with scope(organisation):
        payment = desk.sell().payment
    is_given, may_go_on = threading.Event(), threading.Event()

    def give_back() -> None:
        with transaction.atomic():
            refunding.refund(payment, amount=Decimal("2.50"), reason="Late", by=None)
            is_given.set()
            may_go_on.wait(timeout=60)

    def close() -> Shift:
        is_given.wait(timeout=60)
        threading.Timer(1, may_go_on.set).start()
        return shifts.close(desk.shift, counted=Decimal(60), note="", by=desk.seller)

    _nothing, closed = at_once(in_scope_of(organisation, give_back), in_scope_of(organisation, close))

    assert (closed.expected_cash, closed.difference) == (Decimal(60), 0)


@pytest.mark.parametrize("is_removed_first", [True, False])
def test_a_kind_removed_in_the_moment_of_its_first_sale_is_kept_or_refuses_the_sale(
    organisation: Any, desk: Desk, is_removed_first: bool
) -> None:
    has_acted, may_go_on = threading.Event(), threading.Event()

    def first(act: Callable[[], object]) -> None:
        with transaction.atomic():
            act()
            has_acted.set()
            may_go_on.wait(timeout=60)

    def second(act: Callable[[], object]) -> None:
        has_acted.wait(timeout=60)
        threading.Timer(1, may_go_on.set).start()
        act()

    with scope(organisation):
        kind = desk.kind("cash")
    tickets = [selling.SoldTickets(desk.standard.pk, 1)]
    sale = selling.Sale(tickets=tickets, kind=kind.pk)

    def sell() -> None:
        selling.sell(desk.shift, desk.event, sale, by=desk.seller, secret="one")

    def remove() -> None:
        kinds.remove(kind)

    acts = (remove, sell) if is_removed_first else (sell, remove)
    results = at_once(
        *(in_scope_of(organisation, partial(run, act)) for run, act in zip((first, second), acts, strict=True))
    )

    expected = refusals.UnknownKind if is_removed_first else refusals.KindInUse
    assert [type(each) for each in results if each is not None] == [expected]
