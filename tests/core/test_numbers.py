"""A number is what people of the language mean by it, and never a thousandth of that (B25)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from kring.core.numbers import plain_number, shown


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *[("1000", "1000"), (" 12,5 ", "12.5"), ("12.5", "12.5"), ("-0,5", "-0.5"), ("0,125", "0.125")],
        *[("1,000.50", "1000.50"), ("1.000,50", "1000.50"), ("1,000,000", "1000000"), ("1.000.000", "1000000")],
        *[("\u22125", "-5"), ("1 000", "1000"), ("1\xa0000,5", "1000.5"), ("12\u202f345", "12345"), ("1'000", "1000")],
        *[("1,00,000", "1,00,000"), ("1.2.3", "1.2.3"), ("twelve", "twelve"), ("", ""), ("1 2", "1 2")],
    ],
)  # fmt: skip
def test_what_can_mean_one_thing_only_means_that_in_every_language(language: str, typed: str, meant: str) -> None:
    with translation.override(language):
        assert plain_number(typed) == meant


@pytest.mark.parametrize(
    ("language", "comma", "point"), [("en", "1000", "1.000"), ("nl", "1.000", "1000"), ("pl", "1.000", "1000")]
)
def test_what_could_be_thousands_or_thousandths_is_what_the_language_makes_of_it(
    language: str, comma: str, point: str
) -> None:
    with translation.override(language):
        assert (plain_number("1,000"), plain_number("1.000")) == (comma, point)


@pytest.mark.parametrize(
    ("kept", "english", "dutch"),
    [("12.0000", "12", "12"), ("12.5000", "12.5", "12,5"), ("100.00", "100", "100"), ("0.0000", "0", "0")],
)
def test_a_number_is_shown_without_noughts_that_say_nothing(kept: str, english: str, dutch: str) -> None:
    for language, expected in (("en", english), ("nl", dutch)):
        with translation.override(language):
            assert shown(Decimal(kept)) == expected
