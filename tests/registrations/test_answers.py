"""What the database stores of each answer, and that it stays in step with every change (F4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.forms.models import Submission
from kring.forms.sortable import sortable
from kring.registrations.models import Answer, Registration, Searchable
from tests.registrations.answering import form_of, submit, upload
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "troop": "text",
    "years": "number",
    "born": "date",
    "shirt": ("choice", {"m": "Medium", "l": ""}),
    "crafts": ("choices", {"knots": "Knots", "fire": "Fire"}),
    "swims": "yes_no",
    "paper": "file",
}


def answers_of(registration: Registration) -> dict[str, str]:
    return dict(Answer.objects.filter(registration=registration).values_list("name", "text"))


def test_each_answer_is_noted_as_people_read_it(in_scope: Any) -> None:
    one, version = make_registration(), form_of(QUESTIONS)
    submission = Submission.objects.create(version=version)
    upload(submission, "key1", "Consent.pdf")
    Registration.objects.filter(pk=one.pk).update(submission=submission)

    submission.answers = {
        "troop": " Ćma ",
        "years": "12.5",
        "born": "1999-05-04",
        "shirt": "m",
        "crafts": ["fire", "knots"],
        "swims": False,
        "paper": "key1",
        "unknown": "left out",
    }
    submission.save()

    assert answers_of(one) == {
        "troop": " Ćma ",
        "years": "12.5",
        "born": "1999-05-04",
        "shirt": "Medium",
        "crafts": "Knots\nFire",
        "swims": "false",
        "paper": "Consent.pdf",
    }
    rows = {answer.name: answer for answer in Answer.objects.filter(registration=one)}
    assert (rows["years"].number, rows["born"].day, rows["troop"].sort) == (Decimal("12.5"), date(1999, 5, 4), "cma")


@pytest.mark.parametrize(
    ("kind", "given"),
    [("number", "twelve"), ("number", "9" * 40), ("date", "2026-02-31"), ("date", "soon"), ("choice", "removed")],
)
def test_an_answer_that_is_not_what_was_asked_is_noted_as_it_stands(in_scope: Any, kind: str, given: str) -> None:
    one = make_registration()

    submit(one, form_of({"what": kind}), what=given)

    answer = Answer.objects.get(registration=one)
    assert (answer.text, answer.number, answer.day) == (given, None, None)


def test_changed_and_withdrawn_answers_are_followed(in_scope: Any) -> None:
    one, version = make_registration(), form_of(QUESTIONS)
    submission = submit(one, version, troop="Seventh", years="3")

    submission.answers = {"troop": "Eighth"}
    submission.save()
    assert answers_of(one) == {"troop": "Eighth"}
    assert "eighth" in Searchable.objects.get(registration=one).text

    Registration.objects.filter(pk=one.pk).update(submission=None)
    assert answers_of(one) == {}
    assert Searchable.objects.get(registration=one).text is None


def test_basic_data_and_the_attractions_form_stand_side_by_side_and_the_latter_counts(in_scope: Any) -> None:
    one = make_registration()
    submit(one, form_of({"troop": "text", "city": "text"}, purpose="basic"), part="basic", troop="Old", city="Łódź")
    submit(one, form_of({"troop": "text"}), troop="New")

    assert answers_of(one) == {"troop": "New", "city": "Łódź"}


def test_many_made_at_once_are_noted_with_one_statement_of_ours(in_scope: Any) -> None:
    one, version = make_registration(), form_of({"troop": "text"})
    made = []
    for number in range(3):
        line = one.line
        line.pk, line.position = None, number + 10
        line.save()
        submission = Submission.objects.create(version=version, answers={"troop": f"Troop {number}"})
        fields = {"event": one.event, "attraction": one.attraction, "ticket_type": one.ticket_type}
        made.append(Registration(line_id=line.pk, submission=submission, attendee_name=f"P{number}", **fields))

    with CaptureQueriesContext(connection) as captured:
        Registration.objects.bulk_create(made)

    assert len(captured) == 1
    assert sorted(Answer.objects.values_list("text", flat=True)) == ["Troop 0", "Troop 1", "Troop 2"]
    assert Searchable.objects.filter(name__in=["p0", "p1", "p2"]).count() == 3


def test_numbers_sort_as_numbers_in_the_database_as_in_python(in_scope: Any) -> None:
    numbers = ["-100", "-7.5", "-0.0001", "0", "3", "12", "12.5", "1000000"]
    version = form_of({"years": "number"})
    for number in reversed(numbers):
        submit(make_registration(), version, years=number)

    rows = Answer.objects.order_by("sort").values_list("text", "sort")

    assert [text for text, _sort in rows] == numbers
    assert [sort for _text, sort in rows] == [sortable(Decimal(number)) for number in numbers]


def test_a_change_of_state_alone_writes_no_word_anew(in_scope: Any) -> None:
    one = make_registration(attendee_name="Ada")

    def version() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin, ctid FROM registrations_searchable WHERE registration_id = %s", [one.pk])
            return cursor.fetchall()

    before = version()
    one.cancel()
    assert version() == before

    Registration.objects.filter(pk=one.pk).update(attendee_name="Grace")
    assert version() != before


def test_what_is_noted_goes_with_its_registration(in_scope: Any) -> None:
    one = make_registration()
    submit(one, form_of({"troop": "text"}), troop="Seventh")

    Registration.objects.filter(pk=one.pk).delete()

    assert (Answer.objects.count(), Searchable.objects.count()) == (0, 0)
