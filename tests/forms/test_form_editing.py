"""Forms and what they ask, in versions (F1, F3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kring.forms import form_editing
from kring.forms.answering import shown_answers, submit
from kring.forms.models import Form, FormChoice, Question
from kring.forms.refusals import (
    ChoiceLimitTooLate,
    ChoicesMissing,
    ChoiceTwice,
    ConditionNeverTrue,
    ConditionNotEarlier,
    FileTooLargeEver,
    FormHasChanged,
    FormInUse,
    LimitsWrong,
    NameWrong,
    PatternWrong,
    PurposeTaken,
    QuestionNameTaken,
    TooManyQuestions,
    WaitedFor,
)
from kring.forms.sheet import ChoiceWish, QuestionWish, questions_of, read
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from kring.places.refusals import TooFewPlaces
from tests import make
from tests.forms.conftest import made, names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_scope")]

DIET = QuestionWish(
    type="choice", label="Diet", choices=(ChoiceWish("Everything"), ChoiceWish("Vegan", places=3), ChoiceWish("Other"))
)
WHICH = QuestionWish(label="Which?", shown_if="diet", shown_if_values=("other",))
ALLERGIES = QuestionWish(label="Allergies")


def sheet(form: Form) -> list[QuestionWish]:
    return read(list(questions_of(form.current)))


@pytest.fixture
def form(in_scope: Any) -> Form:
    return made(DIET, WHICH, ALLERGIES)


def test_a_question_without_a_name_gets_one_from_its_words(form: Form) -> None:
    assert form_editing.add_question(form, QuestionWish(label="Łóżko, śpiwór?")) == "lozko_spiwor"
    assert form_editing.add_question(form, QuestionWish(label="Diet")) == "diet_2"
    assert form_editing.add_question(form, QuestionWish(label="1. miejsce")) == "q_1_miejsce"
    assert form_editing.add_question(form, QuestionWish(label="I agree that pictures of me are shown")) == (
        "i_agree_that_pictures_of_me_are"
    )


def test_choices_get_values_that_stay_when_their_words_change(form: Form) -> None:
    diet = sheet(form)[0]
    assert [choice.value for choice in diet.choices] == ["everything", "vegan", "other"]

    renamed = replace(diet, choices=(ChoiceWish("All", value="everything"), *diet.choices[1:]))
    form_editing.change_question(form, "diet", renamed)

    first = sheet(form)[0].choices[0]
    assert (first.label, first.value) == ("All", "everything")


def test_a_question_is_put_after_another(form: Form) -> None:
    form_editing.add_question(form, QuestionWish(label="Drink"), after="diet")
    form_editing.add_question(form, QuestionWish(label="Hello", name="hello"), after="")

    assert names(form) == ["hello", "diet", "drink", "which", "allergies"]


def test_a_form_nobody_has_answered_changes_in_place(form: Form) -> None:
    form_editing.add_question(form, QuestionWish(label="Shoe size", type="number"))
    form_editing.remove_question(form, "allergies")

    assert form.versions.count() == 1
    assert names(form) == ["diet", "which", "shoe_size"]


def test_an_answered_form_makes_a_new_version_once(form: Form) -> None:
    answered = submit(form.current, {"diet": "other", "which": "Fish"})

    form_editing.remove_question(form, "which")
    form_editing.add_question(form, QuestionWish(label="Shoe size", type="number"))

    assert [version.number for version in form.versions.all()] == [1, 2]
    assert names(form) == ["diet", "allergies", "shoe_size"]
    assert [(one.label, one.text) for one in shown_answers(answered)] == [
        ("Diet", "Other"), ("Which?", "Fish"), ("Allergies", ""),
    ]  # fmt: skip


def test_a_choice_that_was_answered_can_go_and_is_still_read(form: Form) -> None:
    answered = submit(form.current, {"diet": "vegan"})
    diet = sheet(form)[0]

    form_editing.change_question(form, "diet", replace(diet, choices=(diet.choices[0], diet.choices[2])))

    assert [choice.label for choice in sheet(form)[0].choices] == ["Everything", "Other"]
    assert shown_answers(answered)[0].text == "Vegan"


def test_conditions_follow_into_the_next_version(form: Form) -> None:
    submit(form.current, {"diet": "vegan"})

    form_editing.add_question(form, QuestionWish(label="Shoe size"))

    current = form.current
    which = current.questions.get(name="which")
    assert which.shown_if == current.questions.get(name="diet")
    assert which.shown_if_values == ["other"]


def test_a_choice_keeps_its_places_from_version_to_version(form: Form) -> None:
    pool = FormChoice.objects.get(value="vegan").pool
    submit(form.current, {"diet": "vegan"})

    form_editing.add_question(form, QuestionWish(label="Shoe size"))

    assert {choice.pool for choice in FormChoice.objects.filter(value="vegan")} == {pool}
    assert FormChoice.objects.filter(value="vegan").count() == 2


def test_places_of_a_choice_can_be_changed_but_not_below_what_is_taken(form: Form) -> None:
    pool = FormChoice.objects.get(value="vegan").pool
    Pool.objects.filter(pk=pool.pk).update(taken=2)
    diet = sheet(form)[0]

    form_editing.change_question(form, "diet", _with_places(diet, 2))
    pool.refresh_from_db()
    assert pool.capacity == 2
    with pytest.raises(TooFewPlaces):
        form_editing.change_question(form, "diet", _with_places(diet, 1))


def _with_places(wish: QuestionWish, places: int | None) -> QuestionWish:
    first, vegan, *rest = wish.choices
    return replace(wish, choices=(first, replace(vegan, places=places), *rest))


def test_a_limit_comes_too_late_for_a_choice_that_was_answered(form: Form) -> None:
    submit(form.current, {"diet": "everything"})
    diet = sheet(form)[0]

    with pytest.raises(ChoiceLimitTooLate):
        form_editing.change_question(
            form, "diet", replace(diet, choices=(replace(diet.choices[0], places=5), *diet.choices[1:]))
        )
    assert form.versions.count() == 1


def test_places_that_no_choice_gives_any_more_are_forgotten(form: Form) -> None:
    form_editing.change_question(form, "diet", _with_places(sheet(form)[0], None))

    assert not Pool.objects.exists()


def test_a_name_is_there_once(form: Form) -> None:
    with pytest.raises(QuestionNameTaken):
        form_editing.add_question(form, QuestionWish(label="Again", name="diet"))
    with pytest.raises(QuestionNameTaken):
        form_editing.change_question(form, "allergies", replace(ALLERGIES, name="diet"))


@pytest.mark.parametrize("name", ["Diet", "1st", "a-b", "ü", "x" * 51, "a b", "diet\n"])
def test_a_name_that_is_none_is_refused(form: Form, name: str) -> None:
    with pytest.raises(NameWrong):
        form_editing.add_question(form, QuestionWish(label="x", name=name))


def test_a_question_waits_only_for_an_earlier_one(form: Form) -> None:
    with pytest.raises(ConditionNotEarlier):
        form_editing.change_question(form, "diet", replace(sheet(form)[0], shown_if="allergies"))
    with pytest.raises(ConditionNotEarlier):
        form_editing.change_question(form, "diet", replace(sheet(form)[0], shown_if="diet"))


def test_a_circle_cannot_come_in_as_a_whole_either(form: Form) -> None:
    with pytest.raises(ConditionNotEarlier):
        form_editing.replace_questions(
            form, [QuestionWish(name="a", label="A", shown_if="b"), QuestionWish(name="b", label="B", shown_if="a")]
        )
    assert names(form) == ["diet", "which", "allergies"]


def test_a_question_is_not_moved_before_the_one_it_waits_for(form: Form) -> None:
    with pytest.raises(ConditionNotEarlier) as refused:
        form_editing.move_question(form, "which", to=0)
    assert "“Which?” can only depend on a question that comes before it." in str(refused.value)
    with pytest.raises(ConditionNotEarlier):
        form_editing.move_question(form, "diet", to=2)

    form_editing.move_question(form, "allergies", to=0)
    assert names(form) == ["allergies", "diet", "which"]


def test_what_is_waited_for_stays_until_nobody_waits(form: Form) -> None:
    with pytest.raises(WaitedFor):
        form_editing.remove_question(form, "diet")
    form_editing.remove_question(form, "which")
    form_editing.remove_question(form, "diet")

    assert names(form) == ["allergies"]


def test_what_waits_follows_a_new_name(form: Form) -> None:
    form_editing.change_question(form, "diet", replace(sheet(form)[0], name="food"))

    assert sheet(form)[1].shown_if == "food"


@pytest.mark.parametrize("answered", [True, False])
def test_a_choice_keeps_its_places_under_a_new_name(form: Form, answered: bool) -> None:
    pool = FormChoice.objects.get(value="vegan").pool
    if answered:
        submit(form.current, {"diet": "vegan"})

    form_editing.change_question(form, "diet", replace(sheet(form)[0], name="food"))

    assert form.current.questions.get(name="food").choices.get(value="vegan").pool == pool


def test_a_condition_names_answers_that_there_are(form: Form) -> None:
    with pytest.raises(ConditionNeverTrue):
        form_editing.change_question(form, "which", replace(WHICH, name="which", shown_if_values=("meat",)))
    diet = sheet(form)[0]
    with pytest.raises(ConditionNeverTrue):
        form_editing.change_question(form, "diet", replace(diet, choices=diet.choices[:2]))


@pytest.mark.parametrize("pattern", ["(", "[a-", "a{3,1}", "(?=x)", r"(a)\1", "(x{1000}){1000}", "*"])
def test_a_pattern_that_is_none_or_too_costly_is_refused(form: Form, pattern: str) -> None:
    with pytest.raises(PatternWrong):
        form_editing.add_question(form, QuestionWish(label="Code", pattern=pattern))


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (QuestionWish(label="N", type="number", minimum=5, maximum=4), LimitsWrong),
        (QuestionWish(label="T", maximum=-1), LimitsWrong),
        (QuestionWish(label="F", type="file", maximum=26), FileTooLargeEver),
        (QuestionWish(label="C", type="choice", choices=(ChoiceWish("One"),)), ChoicesMissing),
        (QuestionWish(label="C", type="choice", choices=(ChoiceWish("One"), ChoiceWish("One"))), ChoiceTwice),
    ],
)
def test_limits_and_choices_make_sense(form: Form, wish: QuestionWish, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        form_editing.add_question(form, wish)


def test_nobody_is_asked_five_hundred_questions(in_scope: Any) -> None:
    with pytest.raises(TooManyQuestions):
        made(*(QuestionWish(label=f"Question {number}") for number in range(500)))
    form = made(*(QuestionWish(label=f"Question {number}") for number in range(200)))
    with pytest.raises(TooManyQuestions):
        form_editing.add_question(form, QuestionWish(label="One more"))


@pytest.mark.parametrize("questions", [3, 150])
def test_a_change_costs_the_same_for_few_questions_and_many(
    in_scope: Any, questions: int, django_assert_max_num_queries: Any
) -> None:
    form = made(*(QuestionWish(label=f"Question {number}") for number in range(questions)), DIET)

    with django_assert_max_num_queries(22):
        form_editing.add_question(form, QuestionWish(label="One more"))


def test_a_purpose_has_one_form(in_scope: Any) -> None:
    first = made(purpose=Form.Purpose.EVENT)
    with pytest.raises(PurposeTaken):
        made(purpose=Form.Purpose.EVENT)
    form_editing.retire_form(first)

    assert made(purpose=Form.Purpose.EVENT).purpose == "event"


def test_a_form_that_is_asked_or_was_answered_is_not_removed(form: Form) -> None:
    attraction = make.attraction(form=form)
    with pytest.raises(FormInUse):
        form_editing.remove_form(form)
    attraction.form = None
    attraction.save()
    answers = submit(form.current, {})
    with pytest.raises(FormInUse):
        form_editing.remove_form(form)
    answers.delete()
    form_editing.remove_form(form)

    assert not Form.objects.exists() and not Pool.objects.filter(capacity=3).exists()


def test_a_copy_has_places_of_its_own(form: Form) -> None:
    copy = form_editing.copy_form(form, "Another camp")

    assert sheet(copy) == sheet(form)
    assert FormChoice.objects.filter(value="vegan").values("pool").distinct().count() == 2


def test_the_database_keeps_an_answered_version_as_it_is(form: Form) -> None:
    submit(form.current, {})
    question, choice = form.current.questions.get(name="diet"), FormChoice.objects.get(value="vegan")
    acts = [
        lambda: Question.objects.filter(pk=question.pk).update(label="Something else"),
        lambda: Question.objects.filter(pk=form.current.questions.get(name="allergies").pk).delete(),
        lambda: Question.objects.create(version=form.current, name="new"),
        lambda: FormChoice.objects.filter(pk=choice.pk).update(label="Meat"),
        lambda: FormChoice.objects.filter(pk=choice.pk).delete(),
        lambda: FormChoice.objects.create(question=question, value="new"),
    ]

    for act in acts:
        with pytest.raises(IntegrityError, match="has been answered"), transaction.atomic():
            act()


def test_answers_to_questions_that_have_just_changed_are_not_kept(form: Form) -> None:
    seen = form.current
    form_editing.remove_question(form, "allergies")

    with pytest.raises(FormHasChanged):
        submit(seen, {"allergies": "Nuts"})
    assert not form.current.is_answered


def test_each_act_is_in_the_log(form: Form) -> None:
    form_editing.add_question(form, QuestionWish(label="Drink"))
    form_editing.change_question(form, "drink", QuestionWish(label="What do you drink?"))
    form_editing.move_question(form, "drink", to=0)
    form_editing.remove_question(form, "drink")
    form_editing.rename_form(form, "Winter camp")

    entries = AuditEntry.objects.filter(subject_type="form").order_by("pk")
    assert [entry.action.removeprefix("form.") for entry in entries] == [
        "created", "question_added", "question_changed", "question_moved", "question_removed", "changed",
    ]  # fmt: skip
    assert entries[2].new == {"name": "drink", "label": "What do you drink?"}


def test_a_change_that_changes_nothing_writes_nothing(form: Form) -> None:
    submit(form.current, {})
    before = AuditEntry.objects.count()

    form_editing.change_question(form, "diet", sheet(form)[0])
    form_editing.move_question(form, "diet", to=0)

    assert form.versions.count() == 1
    assert AuditEntry.objects.count() == before
