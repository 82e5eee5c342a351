"""The contents of an event's report (X1)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.registrations.columns import questions_of
from kring.registrations.filtering import AnswerFilter, RegistrationFilter
from kring.registrations.listing import Listing
from kring.registrations.models import Registration
from kring.registrations.reporting import Section, report
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "shirt": ("choice", {"m": "Medium", "l": "Large", "s": "Small"}),
    "crafts": ("choices", {"knots": "Knots", "fire": "Fire"}),
    "swims": "yes_no",
    "years": "number",
}


def rally(*answers: dict[str, Any]) -> Any:
    event, version = make.event(name="Rally"), form_of(QUESTIONS)
    for each in answers:
        one = make_registration(event=event)
        one.attraction.form = version.form
        one.attraction.save()
        submit(one, version, **each)
    return event


def sections(event: Any) -> dict[str, Section]:
    return {section.key: section for section in report(event)}


def test_answers_are_counted_by_choice_also_those_nobody_took(in_scope: Any) -> None:
    event = rally(
        {"shirt": "m", "crafts": ["knots", "fire"], "swims": True},
        {"shirt": "m", "crafts": ["fire"], "swims": False},
        {"shirt": "l"},
    )

    found = sections(event)

    assert found["a-shirt"].rows == [["Medium", 2], ["Large", 1], ["Small", 0]]
    assert found["a-crafts"].rows == [["Knots", 1], ["Fire", 2]]
    assert found["a-swims"].rows == [["yes", 1], ["no", 1]]


def test_who_cancelled_and_whose_order_lapsed_is_not_counted(in_scope: Any) -> None:
    event = rally(*({"shirt": "m", "years": years} for years in ("1", "20", "300", "4000")))
    ada, bob, cem, _dee = Registration.objects.order_by("pk")
    ada.cancel()
    Registration.objects.filter(pk=bob.pk).update(state="expired")
    Registration.objects.filter(pk=cem.pk).update(state="paying")

    found = sections(event)

    assert found["a-shirt"].rows == [["Medium", 2], ["Large", 0], ["Small", 0]]
    assert found["numbers"].rows == [["Years", 2, Decimal(300), Decimal(2150), Decimal(2150), Decimal(4000)]]


def test_many_long_choices_are_each_counted_and_each_found(in_scope: Any) -> None:
    titles = {f"w{number}": f"Workshop {number} " + "of a long and winding title, part " * 5 for number in range(40)}
    version = form_of({"workshops": ("choices", titles)})
    one = make_registration()
    one.attraction.form = version.form
    one.attraction.save()
    submit(one, version, workshops=list(titles))

    rows = sections(one.event)["a-workshops"].rows
    [question] = questions_of(one.event)

    assert rows == [[title, 1] for title in titles.values()]
    for value in titles:
        wanted = RegistrationFilter(answers=[AnswerFilter(question, one_of=(value,))])
        assert Listing(wanted, one.event).all_keys() == [one.pk], value
    assert Listing(RegistrationFilter(answers=[AnswerFilter(question, one_of=("w",))]), one.event).all_keys() == []


def test_a_choice_that_was_renamed_counts_with_what_was_answered_before(in_scope: Any) -> None:
    event = rally({"shirt": "m"})
    form = Registration.objects.get().attraction.form
    again = form_of({"shirt": ("choice", {"m": "Mid-size", "l": "Large"})}, form=form)
    late = make_registration(event=event)
    submit(late, again, shirt="m")

    [question] = (each for each in questions_of(event) if each.name == "shirt")

    assert sections(event)["a-shirt"].rows[0] == ["Mid-size", 2]
    assert len(Listing(RegistrationFilter(answers=[AnswerFilter(question, one_of=("m",))]), event).all_keys()) == 2


def test_numbers_are_measured(in_scope: Any) -> None:
    event = rally({"years": "1"}, {"years": "2"}, {"years": "9.5"}, {})

    assert sections(event)["numbers"].rows == [
        ["Years", 3, Decimal(1), Decimal(2), Decimal("4.17"), Decimal("9.5")],
    ]


def test_registrations_are_counted_by_attraction_and_state_and_over_time(in_scope: Any) -> None:
    event = make.event()
    attraction = make.attraction(event=event, capacity=4, name="Camp")
    for state, days in (("completed", 3), ("completed", 1), ("paying", 1)):
        one = make_registration(event=event, state=state, created_at=timezone.now() - timedelta(days=days))
        Registration.objects.filter(pk=one.pk).update(attraction=attraction)

    found = sections(event)

    assert found["states"].heads == ["Attraction", "all", "payment in progress", "confirmed"]
    assert ["Camp", 3, 1, 2] in found["states"].rows
    assert found["occupancy"].rows == [["Camp", 0, 0, 4]]
    assert [row[1:] for row in found["time"].rows] == [[1, 1, 1], [1, 1, 0], [3, 2, 2]]


def test_income_is_what_completed_registrations_cost(in_scope: Any) -> None:
    event = make.event()
    for state in ("completed", "paying"):
        one = make_registration(event=event, state=state)
        one.line.amount = Decimal("12.50")
        one.line.save()

    rows = sections(event)["income"].rows

    assert [row[1:] for row in rows] == [[Decimal("12.50"), 1]]


def test_an_event_without_anybody_has_nothing_to_report(in_scope: Any) -> None:
    assert report(make.event()) == []


def test_a_report_costs_the_same_for_few_and_for_many(in_scope: Any) -> None:
    event = rally({"shirt": "m", "years": "1"})

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            report(event)
        return len(captured)

    few = statements()
    for number in range(10):
        make_registration(event=event, attendee_name=f"Person {number}")

    assert statements() == few <= 11
