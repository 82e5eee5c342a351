"""Text as people type it, and what it means (M5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kring.members.importing import matching, values
from kring.members.models import Gender, Member


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2012-05-03", date(2012, 5, 3)),
        ("3-5-2012", date(2012, 5, 3)),
        ("03/05/2012", date(2012, 5, 3)),
        ("3.5.12", date(2012, 5, 3)),
        ("12/05/53", date(1953, 5, 12)),
        ("1/1/2025", date(2025, 1, 1)),
        ("20120503", date(2012, 5, 3)),
        ("41032", date(2012, 5, 3)),
        ("3 mei 2012", date(2012, 5, 3)),
        ("3 May 2012", date(2012, 5, 3)),
        ("3 maja 2012", date(2012, 5, 3)),
        ("2012-05-03 00:00:00", date(2012, 5, 3)),
        ("29-02-2012", date(2012, 2, 29)),
        ("1-1-1900", date(1900, 1, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(text, day):
    assert values.day(text, is_past=True) == day


@pytest.mark.parametrize(
    "text", ["31-02-2012", "1/1", "29-02-2011", "2012", "mei 2012", "32-1-2012", "gisteren", "1-13-2012"]
)
def test_what_is_no_whole_day_is_refused(text):
    with pytest.raises(ValidationError):
        values.day(text)


def test_a_column_of_american_dates_is_recognised_by_one_that_can_be_no_other():
    assert values.is_month_first(["05/03/2012", "12/31/2012"])
    assert not values.is_month_first(["05/03/2012", "31/12/2012", "12/31/2012"])
    assert not values.is_month_first(["05/03/2012"])
    assert values.day("05/03/2012", month_first=True) == date(2012, 5, 3)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Jan Jansen", ("Jan", "", "Jansen")),
        ("Jan van der Berg", ("Jan", "van der", "Berg")),
        ("Berg, Jan van der", ("Jan", "van der", "Berg")),
        ("van der Berg, Jan", ("Jan", "van der", "Berg")),
        ("Anna Maria Nowak-Zając", ("Anna Maria", "", "Nowak-Zając")),
        ("Madonna", ("", "", "Madonna")),
    ],
)
def test_a_whole_name_is_split(text, parts):
    assert values.split_name(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Lange Voorhout 12 bis", ("Lange Voorhout", "12", "bis")),
        ("Dorpsstraat 1a", ("Dorpsstraat", "1", "a")),
        ("ul. Polna 3/14", ("ul. Polna", "3", "/14")),
        ("Postbus", ("Postbus", "", "")),
    ],
)
def test_a_whole_address_is_split(text, parts):
    assert values.split_address(text) == parts


def test_genders_answers_and_countries_in_three_languages():
    assert [values.gender(text) for text in ("M", "V", "k", "1", "mężczyzna", "?")] == ["m", "f", "f", "m", "m", ""]
    assert [values.yes_or_no(text) for text in ("Ja", "nee", "TAK", "x", "0")] == [True, False, True, True, False]
    assert [values.country(text) for text in ("Nederland", "Polska", "nl", "Germany")] == ["NL", "PL", "NL", "DE"]


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_what_kring_itself_calls_a_status_or_a_gender_is_known(language):
    with translation.override(language):
        states = {value: str(label) for value, label in Member.State.choices}
        genders = {value: str(label) for value, label in Gender.choices}
    assert {value: values.state(label) for value, label in states.items()} == {value: value for value in states}
    assert {value: values.gender(label) for value, label in genders.items()} == {value: value for value in genders}


def test_heads_are_known_in_three_languages_and_twice_the_same_is_the_second():
    rows = [
        ["Ledenlijst SV Oranje", "", "", "", "", ""],
        ["", "", "", "", "", ""],
        ["Voor-naam", "Achternaam", "E-mailadres", "Telefoon", "Telefoon", "Onbekend"],
        ["Sanne", "Vries", "s@mail.example", "0612345678", "", "?"],
    ]
    layout = matching.recognise(rows)
    assert layout.header == 2
    assert layout.targets == ["first_name", "last_name", "email", "phone", "other_phone", ""]
    assert matching.recognise([["Imię", "Nazwisko", "Data urodzenia"]]).targets == [
        "first_name",
        "last_name",
        "birth_date",
    ]


def test_columns_without_a_head_are_known_by_their_content():
    rows = [
        ["Voornaam", "Achternaam", "", ""],
        ["Sanne", "Vries", "s@mail.example", "3811 AB"],
        ["Daan", "Vries", "d@mail.example", "3811 AC"],
    ]
    assert matching.recognise(rows).targets == ["first_name", "last_name", "email", "postal_code"]


def test_what_somebody_chose_is_remembered():
    rows = [["Voornaam", "Achternaam", "Code"], ["A", "B", "7"]]
    assert matching.recognise(rows, {"code": "number"}).targets == ["first_name", "last_name", "number"]
    assert matching.recognise(rows, {"achternaam": ""}).targets == ["first_name", "", ""]
