"""Lists of people as leaders have them: with all kinds of heads, or none (R8)."""

from __future__ import annotations

import pytest

from kring.core.sheets import reading
from kring.registrations.teams.columns import TeamColumns
from kring.registrations.teams.lists import people_in
from tests import make
from tests.registrations.answering import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns(in_scope):
    """Of an attraction that asks for a date of birth and a size."""
    attraction = make.attraction(smallest_team=1, largest_team=20)
    attraction.form = form_of({"birth_date": "date", "size": ("choice", {"m": "Medium", "l": "Large"})}).form
    attraction.save()
    return TeamColumns(attraction, list(attraction.ticket_types.all()))


def read(columns, text):
    return people_in(reading.read(text.encode()).rows, columns)


@pytest.mark.parametrize(
    "text",
    [
        "Name\tEmail\nJan Bos\tjan@example.org",
        "Naam;E-mailadres\nJan Bos;jan@example.org",
        "Imię i nazwisko,E-mail\nJan Bos,jan@example.org",
        "Imię;Nazwisko;Adres e-mail\nJan;Bos;jan@example.org",
        "Our troop\n\nnr;First name;Last name;e-mail;remarks\n1;Jan;Bos;jan@example.org;tall",
        "Name;;Email\nJan;Bos;jan@example.org",
        "Jan Bos\tjan@example.org",
        "Jan\tBos\tjan@example.org",
    ],
    ids=["english", "dutch", "polish", "halves", "title above", "merged head", "no head", "no head, halves"],
)
def test_names_and_addresses_are_found(columns, text):
    assert read(columns, text) == [{"name": "Jan Bos", "email": "jan@example.org"}]


def test_one_name_in_each_line_is_enough(columns):
    assert read(columns, "Jan Bos\n\nAda Vos\n") == [{"name": "Jan Bos"}, {"name": "Ada Vos"}]


def test_days_of_birth_are_found_by_their_contents_and_questions_by_their_words(columns):
    without = read(columns, "Jan Bos;3-5-2010\nAda Vos;2011-01-31")
    assert [each["answer-birth_date"] for each in without] == ["3-5-2010", "2011-01-31"]

    [jan] = read(columns, "naam;geboortedatum;Size\nJan Bos;3 mei 2010;large")
    person, wrong = columns.read(jan)
    assert (person.name, person.answers, wrong) == ("Jan Bos", {"birth_date": "2010-05-03", "size": "l"}, {})


def test_what_is_wrong_with_a_cell_is_said_with_what_to_do(columns):
    cells = {"name": "Jan Bos", "email": "jan", "answer-birth_date": "31-2-2010", "answer-size": "huge"}

    _person, wrong = columns.read(cells)

    assert wrong == {
        "email": "Enter a valid email address.",
        "answer-birth_date": "“31-2-2010” is no day of the calendar.",
        "answer-size": "“huge” is none of these: Medium, Large.",
    }


def test_a_list_without_names_has_nobody(columns):
    assert read(columns, "1;2;3\n4;5;6") == [{}, {}]
