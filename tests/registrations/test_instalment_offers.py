"""In which parts an order may be paid (R8): worked out from the plans of its attractions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.billing import instalments
from kring.billing.instalments import Part
from kring.events import instalment_planning
from kring.events.instalment_planning import PlannedPart
from kring.events.models import Attraction
from kring.registrations import instalment_offers, loading
from kring.registrations.booking import Attendee, assign
from kring.registrations.instalment_offers import split
from tests import make
from tests.payments import ordering
from tests.payments.instalments import in_days
from tests.payments.ordering import fresh
from tests.registrations.price_rules import student

TODAY = date(2026, 3, 1)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
CAMP, TRIP = 1, 2


def plan(deposit: str, *, is_percent: bool = False) -> Attraction:
    return Attraction(deposit=Decimal(deposit), deposit_is_percent=is_percent)


def halves(key: int = CAMP) -> list[tuple[int, Decimal, date]]:
    return [(key, Decimal(50), MAY), (key, Decimal(50), JUNE)]


def test_an_amount_of_each_ticket_comes_first_and_the_rest_by_its_dates():
    parts = split(Decimal(600), [(CAMP, Decimal(300))] * 2, {CAMP: plan("50")}, halves(), TODAY)

    assert parts == [Part(Decimal(100), TODAY), Part(Decimal(250), MAY), Part(Decimal(250), JUNE)]


def test_a_share_of_the_price_comes_first():
    parts = split(Decimal(300), [(CAMP, Decimal(300))], {CAMP: plan("30", is_percent=True)}, halves(), TODAY)

    assert [part.amount for part in parts] == [90, 105, 105]


def test_what_would_have_been_due_by_today_is_paid_with_the_deposit():
    parts = split(Decimal(300), [(CAMP, Decimal(300))], {CAMP: plan("100")}, halves(), MAY)

    assert parts == [Part(Decimal(200), MAY), Part(Decimal(100), JUNE)]


def test_after_the_last_date_it_is_paid_at_once():
    assert split(Decimal(300), [(CAMP, Decimal(300))], {CAMP: plan("100")}, halves(), JUNE) == []


def test_a_ticket_that_costs_no_more_than_the_deposit_is_paid_at_once():
    assert split(Decimal(80), [(CAMP, Decimal(80))], {CAMP: plan("100")}, halves(), TODAY) == []


def test_what_has_no_plan_and_gifts_are_paid_with_the_deposit():
    prices = [(CAMP, Decimal(300)), (TRIP, Decimal(40))]

    parts = split(Decimal(350), prices, {CAMP: plan("100")}, halves(), TODAY)

    assert [part.amount for part in parts] == [150, 100, 100]


def test_parts_of_two_plans_on_one_day_are_one():
    plans = {CAMP: plan("100"), TRIP: plan("10")}

    parts = split(
        Decimal(350), [(CAMP, Decimal(300)), (TRIP, Decimal(50))], plans, [*halves(), (TRIP, Decimal(100), MAY)], TODAY
    )

    assert [part.amount for part in parts] == [110, 140, 100]


cents = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)


@given(
    prices=st.lists(st.tuples(st.sampled_from([CAMP, TRIP]), cents), min_size=1, max_size=5),
    deposit=cents,
    is_percent=st.booleans(),
    shares=st.lists(st.integers(1, 1000), min_size=1, max_size=6),
    on_top=st.sampled_from([Decimal(0), Decimal("12.34")]),
)
def test_parts_always_add_up_to_the_total_none_is_negative_and_days_are_in_order(
    prices, deposit, is_percent, shares, on_top
):
    if is_percent:
        deposit = min(deposit, Decimal("99.99"))
    total = sum((price for _key, price in prices), on_top)
    percents = [(Decimal(share) * 100 / sum(shares)).quantize(Decimal("0.01")) for share in shares[:-1]]
    percents.append(100 - sum(percents, Decimal(0)))
    later = [(CAMP, percent, TODAY + timedelta(days=30 * n)) for n, percent in enumerate(percents)]

    parts = split(total, prices, {CAMP: plan(str(deposit), is_percent=is_percent)}, later, TODAY)

    assert not parts or sum(part.amount for part in parts) == total
    assert all(part.amount > 0 and part.amount == round(part.amount, 2) for part in parts)
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})


@pytest.fixture
def camp(in_scope):
    made = make.attraction(price="300", capacity=10)
    parts = [PlannedPart(Decimal(60), due_on=in_days(10)), PlannedPart(Decimal(40), days_before=7)]
    instalment_planning.plan(made, deposit=Decimal(100), is_percent=False, parts=parts)
    return made


def offered(order):
    order = fresh(order)
    return instalment_offers.offered(order, loading.load(order))


def test_days_before_the_event_are_counted_from_its_first_day(camp):
    order = ordering.order(attraction=camp)

    assert [(part.amount, part.due_on) for part in offered(order)] == [
        (100, in_days(0)),
        (120, in_days(10)),
        (80, in_days(23)),
    ]


def test_an_attraction_without_a_plan_costs_no_statement(in_scope, django_assert_num_queries):
    order = ordering.order(price="300")
    registrations = loading.load(order)

    with django_assert_num_queries(0):
        assert instalment_offers.offered(order, registrations) == []


def test_a_later_change_of_the_plan_changes_no_order_that_is_under_way(camp):
    order = ordering.order(attraction=camp)
    before = offered(order)
    instalments.choose(order, before)
    ordering.start(fresh(order), "transfer")

    instalment_planning.withdraw(camp)

    assert offered(order) == before
    assert instalments.parts_of(fresh(order)) == before


def test_a_price_that_falls_and_rises_again_before_anybody_pays_makes_no_deposit_smaller(camp):
    """Paid by a link, it would be complete with what was left of the deposit."""
    student(camp.event, amount="90")
    made = ordering.order(attraction=camp)
    instalments.choose(made, offered(made))

    def named(**changes: str) -> None:
        attendee = Attendee(myself=False, name="Marie", email="marie@example.org", **changes)
        assign(fresh(made), buyer_name="Ada", buyer_email="ada@example.org", attendees=[attendee])

    named(profession="student")
    assert (fresh(made).total, instalments.due_later(fresh(made))) == (30, 0)
    named()

    assert (fresh(made).total, instalments.due_later(fresh(made))) == (300, 0)


def test_with_another_price_the_parts_are_those_of_the_plan(camp):
    student(camp.event, amount="50")
    made = ordering.order(attraction=camp)
    instalments.choose(made, offered(made))

    attendee = Attendee(myself=False, name="Marie", email="marie@example.org", profession="student")
    assign(fresh(made), buyer_name="Ada", buyer_email="ada@example.org", attendees=[attendee])

    assert [part.amount for part in instalments.parts_of(fresh(made))] == [100, 30, 20]
