"""Whom a price rule is for (D2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from kring.accounts import professions
from kring.events.models import PriceRule
from kring.events.pricing import Facts
from kring.events.pricing.conditions import UnknownCondition, condition, conditions
from kring.forms import form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from tests import make
from tests.events.pricing.rules import NOW
from tests.refusing import refuses


def holds(key, settings, at=NOW, rule_id=1, **facts):
    return condition(key)(settings, rule_id).holds(Facts(**facts), at)


def test_a_profession_counts_when_it_is_proven():
    assert holds("profession", {"allowed": ["student", "doctor"]}, profession="student")
    assert not holds("profession", {"allowed": ["student"]}, profession="doctor")
    # Not proven.
    assert not holds("profession", {"allowed": ["student"]}, profession="")
    assert not holds("profession", {"allowed": [""]}, profession="")


def test_a_member_is_one_who_is_known():
    assert holds("member", {}, is_member=True)
    assert not holds("member", {})


@pytest.mark.parametrize(("people", "is_enough"), [(4, False), (5, True), (6, True)])
def test_a_group_begins_with_so_many_people(people, is_enough):
    assert holds("people", {"fewest": 5}, people=people) is is_enough


@pytest.mark.parametrize(
    ("born", "is_meant"),
    [
        (date(2014, 12, 2), True),  # 11 until the next day
        (date(2014, 12, 1), False),  # 12 on the day
        (date(2020, 12, 1), True),  # 6 on the day
        (date(2020, 12, 2), False),  # 5
        (date(2030, 1, 1), False),  # not yet born
        (None, False),
    ],
)
def test_the_age_is_that_on_the_first_day(born, is_meant):
    settings = {"youngest": 6, "oldest": 11}

    assert holds("age", settings, birth_date=born, first_day=date(2026, 12, 1)) is is_meant


def test_without_a_first_day_nobody_has_an_age():
    assert not holds("age", {"youngest": None, "oldest": 11}, birth_date=date(2020, 1, 1))


@pytest.mark.parametrize(("places", "words"), [(1, "the first ticket"), (2, "the first 2 tickets")])
def test_the_first_so_many_are_said_in_words(places, words):
    assert condition("first")({"places": places}).sentence() == words


def test_the_first_so_many_are_those_that_got_a_place():
    assert holds("first", {"places": 20}, rule_id=7, pools=frozenset({7, 8}))
    assert not holds("first", {"places": 20}, rule_id=9, pools=frozenset({7, 8}))


@pytest.mark.parametrize(
    ("answer", "amount"),
    [("vegan", "2.50"), ("meat", "4.00"), (["vegan", "meat"], "6.50"), (["vegan", "none"], "2.50")],
)
def test_each_of_these_choices_costs_so_much(answer, amount):
    meals = condition("answer")({"question": "meal", "answers": ["vegan", "meat"], "costs": {"vegan": "2.50"}})
    facts = Facts(answers={"meal": answer})

    assert meals.holds(facts, NOW)
    assert meals.amount(facts, Decimal("4.00")) == Decimal(amount)


@pytest.mark.parametrize("answers", [{}, {"meal": "none"}, {"meal": None}, {"meal": []}, {"other": "vegan"}])
def test_another_answer_or_none_is_not_meant(answers):
    assert not holds("answer", {"question": "meal", "answers": ["vegan"], "costs": {}}, answers=answers)


def test_yes_and_no_are_answers_too():
    settings = {"question": "helps", "answers": ["yes"], "costs": {}}

    assert holds("answer", settings, answers={"helps": True})
    assert not holds("answer", settings, answers={"helps": False})


class TestDates:
    WARSAW = ZoneInfo("Europe/Warsaw")

    @pytest.fixture(autouse=True)
    def in_warsaw(self):
        with timezone.override(self.WARSAW):
            yield

    def settings(self, **typed):
        form = condition("dates").settings_form(typed)
        assert form.is_valid(), form.errors
        return form.cleaned_data

    def test_from_the_beginning_on_and_until_just_before_the_end(self):
        settings = self.settings(after="2026-11-01T12:00", before="2026-11-02T12:00")
        start = datetime(2026, 11, 1, 12, tzinfo=self.WARSAW)
        moments = [
            start - timedelta(seconds=1),
            start,
            start + timedelta(hours=24, seconds=-1),
            start + timedelta(hours=24),
        ]

        assert [holds("dates", settings, at) for at in moments] == [False, True, True, False]

    def test_the_clock_is_that_of_the_organisation(self):
        settings = self.settings(before="2026-07-01T00:00")

        assert settings == {"after": None, "before": "2026-07-01T00:00:00+02:00"}
        assert holds("dates", settings, datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
        assert not holds("dates", settings, datetime(2026, 6, 30, 22, 0, tzinfo=UTC))

    def test_in_the_hour_that_comes_twice_it_ends_once(self):
        """On 25 October 2026 at 3:00 the clock is put back to 2:00: it is 2:30 at 0:30 and at 1:30 UTC."""
        settings = self.settings(before="2026-10-25T02:30")
        moments = [
            datetime(2026, 10, 25, hour, minute, tzinfo=UTC) for hour, minute in [(0, 29), (0, 30), (1, 29), (1, 30)]
        ]

        assert [holds("dates", settings, at) for at in moments] == [True, False, False, False]

    def test_and_begins_once(self):
        settings = self.settings(after="2026-10-25T02:30")
        moments = [
            datetime(2026, 10, 25, hour, minute, tzinfo=UTC) for hour, minute in [(0, 29), (0, 30), (1, 29), (1, 30)]
        ]

        assert [holds("dates", settings, at) for at in moments] == [False, True, True, True]

    def test_the_second_of_the_two_is_kept_when_the_rule_is_saved_again(self):
        second = {"after": None, "before": "2026-10-25T02:30:00+01:00"}
        form = condition("dates").settings_form({"before": "2026-10-25T02:30"}, initial=second)

        assert form.is_valid()
        assert form.cleaned_data == second

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"after": "2026-11-02T12:00", "before": "2026-11-02T12:00"},
            {"before": "2026-03-29T02:30"},
            {"after": "x"},
        ],
    )
    def test_no_dates_none_that_fit_and_an_hour_that_is_skipped_are_refused(self, typed):
        assert not condition("dates").settings_form(typed).is_valid()

    def test_they_move_with_a_copy_of_the_event(self):
        settings = self.settings(before="2026-07-01T00:00")

        moved = condition("dates").moved(settings, lambda at: at + timedelta(days=365))

        assert moved == {"after": None, "before": "2027-07-01T00:00:00+02:00"}


def test_there_is_no_such_condition():
    with pytest.raises(UnknownCondition):
        condition("colour_of_hair")


def test_all_of_them_are_listed_by_their_label():
    assert {each.key for each in conditions()} >= {
        *("age", "answer", "dates", "first", "member", "people", "profession")
    }


@pytest.mark.django_db
def test_each_says_in_words_whom_it_is_for(in_scope):
    make.professions("student", "doctor")
    says = {
        ("age", ("youngest", 6), ("oldest", 11)): "aged 6 to 11 on the first day",
        ("age", ("youngest", None), ("oldest", 11)): "aged 11 or under on the first day",
        ("age", ("youngest", 65), ("oldest", None)): "aged 65 or over on the first day",
        ("people", ("fewest", 5)): "from 5 people in one order",
        ("first", ("places", 20)): "the first 20 tickets",
        ("member",): "Active member",
        ("dates", ("after", None), ("before", "2026-07-01T00:00:00+02:00")): "ordered before 1 Jul 2026, 00:00",
    }

    with translation.override("en"), timezone.override(ZoneInfo("Europe/Warsaw")):
        found = {each: condition(each[0])(dict(each[1:])).sentence() for each in says}

    assert found == says


@pytest.mark.django_db
class TestChoosingAnswers:
    @pytest.fixture
    def event(self, in_scope):
        meal = QuestionWish(
            name="meal", label="Meal", type="choice", choices=(ChoiceWish("Vegan", "vegan"), ChoiceWish("Meat", "meat"))
        )
        shirt = QuestionWish(name="size", label="Size", type="text")
        form = form_editing.create_form("Camp", questions=[meal, shirt])
        event = make.event()
        make.attraction(event=event, form=form)
        return event

    def form(self, event, data=None, initial=None):
        return condition("answer").form(event, None, data, initial or {})

    def test_questions_with_choices_are_offered(self, event):
        choices = [*self.form(event).fields["question"].choices]

        assert choices == [("", "—"), ("meal", "Meal")]

    def test_a_question_comes_first_and_then_its_choices_with_own_amounts(self, event):
        first = self.form(event, {"question": "meal"})
        second = self.form(event, {"question": "meal", "answers": ["vegan", "meat"], "cost_vegan": "2,50"})

        assert not first.is_valid()
        assert [*first.fields] == ["question", "answers", "cost_vegan", "cost_meat"]
        assert second.is_valid()
        assert second.cleaned_data == {
            "question": "meal",
            "answers": ["vegan", "meat"],
            "costs": {"vegan": "2.50"},
            "labels": {"": "Meal", "vegan": "Vegan", "meat": "Meat"},
        }

    def test_of_an_only_question_the_answers_are_asked_for_at_once(self, event):
        assert [*self.form(event).fields] == ["question", "answers", "cost_vegan", "cost_meat"]

    def test_it_is_said_in_the_words_of_the_form(self, event):
        form = self.form(event, {"question": "meal", "answers": ["vegan"]})
        assert form.is_valid()

        assert condition("answer")(form.cleaned_data).sentence() == "“Meal”: Vegan"
        assert condition("answer")({"question": "meal", "answers": ["vegan"]}).sentence() == "“Meal”: vegan"

    def test_what_was_saved_is_shown_again(self, event):
        form = self.form(event, initial={"question": "meal", "answers": ["vegan"], "costs": {"vegan": "2.50"}})

        assert form.initial == {"question": "meal", "answers": ["vegan"], "cost_vegan": Decimal("2.50")}

    @pytest.mark.parametrize(
        "typed",
        [
            {"question": "size"},
            {"question": "profession"},
            {"question": "meal", "answers": ["fish"]},
            {"question": "meal", "answers": ["vegan"], "cost_vegan": "-0.01"},
            {"question": "meal", "answers": ["vegan"], "cost_vegan": "0"},
        ],
    )
    def test_other_questions_choices_and_amounts_are_refused(self, event, typed):
        assert not self.form(event, typed).is_valid()


@pytest.mark.django_db
def test_a_profession_that_a_price_depends_on_is_not_removed(in_scope):
    student, doctor = make.professions("student", "doctor")
    PriceRule.objects.create(
        event=make.event(),
        key="profession",
        settings={"allowed": ["student"]},
        names={"en": "Students"},
        effect="percent_off",
        amount=40,
    )

    with refuses(professions.ProfessionInUse):
        professions.remove(student)
    professions.remove(doctor)
