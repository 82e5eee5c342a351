"""What a ticket costs: the algorithm, and what holds of each price (D2)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.events.pricing import Applied, Effect, Facts, Quote, quote
from tests.events.pricing.rules import NOW, rule


def price(base, *rules, facts=None):
    return str(quote(Decimal(base), rules, facts or Facts(), NOW).price)


def test_without_rules_it_costs_what_its_type_costs():
    assert quote(Decimal("49.95"), [], Facts(), NOW) == Quote(Decimal("49.95"), Decimal("49.95"))


@pytest.mark.parametrize(
    ("effect", "amount", "costs"),
    [
        ("fixed", "35", "35.00"),
        ("fixed", "0", "0.00"),
        ("percent_off", "40", "60.00"),
        ("percent_off", "100", "0.00"),
        ("amount_off", "12.50", "87.50"),
        ("percent_on_top", "10", "110.00"),
        ("amount_on_top", "0.01", "100.01"),
    ],
)
def test_each_effect(effect, amount, costs):
    assert price(100, rule(effect, amount)) == costs


def test_the_lowest_fixed_price_counts_and_never_one_above_the_price():
    assert price(30, rule("fixed", "25"), rule("fixed", "20"), rule("fixed", "28")) == "20.00"
    assert price(30, rule("fixed", "35")) == "30.00"


def test_of_those_that_do_not_combine_the_one_that_gives_the_lowest_price():
    assert price(30, rule("percent_off", "10"), rule("amount_off", "5")) == "25.00"
    assert price(100, rule("percent_off", "10"), rule("amount_off", "5")) == "90.00"


def test_of_two_that_give_the_same_price_the_first_is_named():
    second = rule("amount_off", "10", position=2)
    first = rule("percent_off", "10", position=1)

    assert [each.rule for each in quote(Decimal(100), [second, first], Facts(), NOW).applied] == [first.id]


def test_then_those_that_combine_in_their_order():
    fixed, percent = rule("fixed", "80"), rule("percent_off", "50")
    first, second = rule("percent_off", "10", combines=True), rule("amount_off", "6", combines=True)

    assert price(100, fixed, percent, first, second) == "30.00"
    assert price(100, fixed, percent, first, replace(second, position=0)) == "30.60"


def test_a_reduction_ends_at_nothing_and_what_comes_on_top_of_that_is_paid():
    assert price(5, rule("amount_off", "8", combines=True), rule("amount_on_top", "2", combines=True)) == "2.00"


def test_it_is_rounded_half_up_once():
    assert price("0.05", rule("percent_off", "50")) == "0.03"
    # Rounded twice it would be 8.57.
    assert price("9.99", *(rule("percent_off", "5", combines=True) for _ in range(3))) == "8.57"
    assert price("0.03", *(rule("percent_off", "50", combines=True) for _ in range(2))) == "0.01"


def test_each_rule_says_by_how_much_it_changed_the_price():
    student = rule("percent_off", "40", words={"en": "Students"})
    late = rule("amount_on_top", "2.50", combines=True, words={"en": "Late", "nl": "Laat"})

    found = quote(Decimal("49.95"), [student, late], Facts(), NOW)

    assert found == Quote(
        Decimal("32.47"),
        Decimal("49.95"),
        (
            Applied(student.id, {"en": "Students"}, Decimal("-19.98")),
            Applied(late.id, {"en": "Late", "nl": "Laat"}, Decimal("2.50")),
        ),
    )


def test_a_rule_with_an_unknown_condition_does_not_apply():
    assert price(10, rule("fixed", "1", condition="was_removed")) == "10.00"


def test_a_rule_is_for_its_attraction_and_its_ticket_types():
    whole, part = rule("fixed", "1"), rule("fixed", "1", attraction=7)
    limited, emptied = rule("fixed", "1", ticket_types=frozenset({5})), rule("fixed", "1", ticket_types=frozenset())

    found = [[each.is_for(*at) for each in (whole, part, limited, emptied)] for at in [(5, 7), (6, 7), (6, 8)]]

    assert found == [[True, True, True, False], [True, True, False, False], [True, False, False, False]]


amounts = st.decimals(Decimal("0.01"), 1000, places=2)
percents = st.decimals(Decimal("0.01"), 100, places=2)
prices = st.decimals(0, 1000, places=2)


@st.composite
def any_rules(draw, effects=tuple(Effect)):
    return [
        rule(effect, draw(percents if effect.is_percent else amounts), condition, settings=settings, combines=combines)
        for effect, (condition, settings), combines in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(effects),
                    st.sampled_from(
                        [
                            ("people", {"fewest": 1}),
                            ("people", {"fewest": 5}),
                            ("member", {}),
                            ("profession", {"allowed": ["student"]}),
                            ("age", {"youngest": None, "oldest": 11}),
                            ("dates", {"after": None, "before": (NOW + timedelta(days=1)).isoformat()}),
                        ]
                    ),
                    st.booleans(),
                ),
                max_size=6,
            )
        )
    ]


any_facts = st.builds(
    Facts,
    profession=st.sampled_from(["", "student"]),
    is_member=st.booleans(),
    birth_date=st.sampled_from([None, date(2018, 1, 1), date(1980, 1, 1)]),
    first_day=st.just(date(2026, 12, 1)),
    people=st.integers(1, 10),
)


@given(prices, any_rules(), any_facts)
def test_a_price_is_never_below_nothing_has_whole_cents_and_is_what_the_changes_make_of_the_base(base, rules, facts):
    found = quote(base, rules, facts, NOW)

    assert found.price >= 0
    assert found.price == found.price.quantize(Decimal("0.01"))
    assert found.base + sum(each.amount for each in found.applied) == found.price
    assert all(each.amount for each in found.applied)


@given(prices, any_rules(), any_facts, st.randoms())
def test_the_same_facts_give_the_same_cent_in_whatever_order_the_rules_come(base, rules, facts, chance):
    shuffled = random.Random(chance.random()).sample(rules, len(rules))

    assert quote(base, rules, facts, NOW) == quote(base, shuffled, facts, NOW)


@given(prices, any_rules(effects=tuple(each for each in Effect if not each.is_on_top)), any_facts)
def test_it_is_never_above_the_base_without_something_on_top(base, rules, facts):
    assert quote(base, rules, facts, NOW).price <= base


@given(prices, any_rules(), any_facts)
def test_a_rule_that_does_not_apply_changes_nothing(base, rules, facts):
    for_nobody = [rule(effect, "1", settings={"fewest": 99}) for effect in Effect]

    assert quote(base, [*for_nobody, *rules], facts, NOW) == quote(base, rules, facts, NOW)
