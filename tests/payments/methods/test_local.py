"""The methods that need nobody outside: free, cash on site, as the organiser says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.mail.facts import lines
from kring.payments.method import Done, Instructions
from kring.payments.methods import method
from tests.payments import ordering


@pytest.mark.parametrize(
    ("key", "for_nothing", "for_money"),
    [("free", True, False), ("cash", False, True), ("manual", False, True), ("transfer", False, True)],
)
def test_each_is_offered_for_what_it_can_do(key, for_nothing, for_money):
    found = method(key)

    assert found.is_offered_for(Decimal(0), "EUR") is for_nothing
    assert found.is_offered_for(Decimal("0.01"), "PLN") is for_money


def test_cash_says_that_nothing_has_to_be_paid_here(in_scope):
    assert ordering.start(ordering.order(), "cash").answer == Done(paid=False)
    assert "you pay nothing here" in str(method("cash").description)


def test_the_organisers_text_is_shown_and_mailed(in_scope):
    answer = ordering.start(ordering.order(), "manual").answer

    assert isinstance(answer, Instructions)
    assert answer.context == {"text": "Bring it to the clubhouse."}
    assert answer.facts == {"text": lines("Bring it to the clubhouse.")}


def test_the_organiser_must_say_something():
    form = method("manual").settings_form

    assert form({"text": "  "}).errors == {"text": ["This field is required."]}
    assert form({"text": "x" * 2001}).is_valid() is False
    assert form({"text": "Żółw ❤ 工"}).is_valid()
