"""Amounts by language (Q3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from kring.core import money


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("en", "EUR", "€1,249.95"),
        ("nl", "EUR", "€\xa01.249,95"),
        ("pl", "PLN", "1\xa0249,95\xa0zł"),
        ("pl", "EUR", "1\xa0249,95\xa0€"),
        ("de", "EUR", "€1,249.95"),
    ],
)
def test_an_amount_is_written_as_the_reader_writes_it(language, currency, written):
    with translation.override(language):
        assert money.say(Decimal("1249.95"), currency) == written


def test_what_is_not_known_is_left_out():
    assert money.say(None, "EUR") == ""


def test_nothing_has_no_sign():
    assert money.say(Decimal("-0.00"), "EUR") == money.say(0, "EUR") == "€0.00"
