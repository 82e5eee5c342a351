"""What is stored of what somebody typed (M1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.members.columns import cleaned


def one(name: str, value: object, region: str = "NL", **others: object) -> object:
    found, errors = cleaned({name: value} | others, region=region)
    return errors.get(name) or found[name]


@pytest.mark.parametrize(
    ("name", "typed", "region", "stored"),
    [
        ("first_name", "  Anna  Maria ", "NL", "Anna Maria"),
        ("email", " A.B@Mail.Example ", "NL", "a.b@mail.example"),
        ("email", "", "NL", ""),
        ("phone", "06-12345678", "NL", "+31 6 12345678"),
        ("phone", "612345678", "NL", "+31 6 12345678"),
        ("phone", "+48 601 234 567", "NL", "+48 601 234 567"),
        ("postal_code", "1234ab", "NL", "1234 AB"),
        ("postal_code", "04-101", "PL", "04-101"),
        ("postal_code", "4101", "PL", "04-101"),
        ("postal_code", "04101", "DE", "04101"),
        ("postal_code", "4101", "DE", "04101"),
        ("postal_code", "sw1a 1aa", "GB", "SW1A 1AA"),
        ("country", "nl", "NL", "NL"),
        ("iban", "nl91 abna 0417 1643 00", "NL", "NL91ABNA0417164300"),
        ("iban", "PL61109010140000071219812874", "NL", "PL61109010140000071219812874"),
        ("birth_date", "2012-02-29", "NL", timezone.datetime(2012, 2, 29).date()),
    ],
)
def test_it_is_stored_in_one_form(name, typed, region, stored):
    assert one(name, typed, region) == stored


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("first_name", ""),
        ("last_name", "\u200b"),
        ("email", "anna@"),
        ("phone", "12"),
        ("postal_code", "12345"),
        ("country", "XX"),
        ("iban", "NL91ABNA0417164301"),
        ("birth_date", "2026-02-31"),
        ("birth_date", str(timezone.localdate() + timedelta(days=2))),
        ("birth_date", "1800-01-01"),
        ("gender", "?"),
        ("photo_consent", "perhaps"),
        ("house_number", "1" * 11),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(name, typed):
    assert isinstance(one(name, typed), list)


def test_a_postal_code_is_one_of_its_country():
    assert one("postal_code", "04-101", "NL", country="PL") == "04-101"
    assert isinstance(one("postal_code", "04-101", "NL"), list)
