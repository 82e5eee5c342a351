"""Answers to the organisation's own questions go out in files and come in again (M1, M5, M6)."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.forms import form_editing
from kring.forms.basic import known_question
from kring.forms.models import Form
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.members import exporting, keeping, own_fields
from kring.members.importing import planning, running
from kring.members.importing.reading import read
from kring.members.models import Member, PlannedRow
from kring.organisations.models import AuditEntry
from kring.web.public import prefill
from tests import make
from tests.members.sheets import outcomes, tried
from tests.thorough import examples

pytestmark = pytest.mark.usefixtures("in_scope")
CHOICES = (ChoiceWish("Vegan", "vegan"), ChoiceWish("Fish, no meat", "fish"), ChoiceWish("=1+1", "formula"))
QUESTIONS = [
    QuestionWish("choice", "Diet", "diet", choices=CHOICES),
    QuestionWish("choices", "Sports / games", "sports", choices=CHOICES),
    QuestionWish("text", "Phone", "hotline"),  # as a column of the register is called
    QuestionWish("long_text", "Story", "story"),
    QuestionWish("number", "Shoe size", "shoe"),
    QuestionWish("date", "Vetted on", "vetted", audience="staff"),
    QuestionWish("yes_no", "Swims", "swims"),
    QuestionWish("consent", "May leave alone", "alone"),
    QuestionWish("country", "Nationality", "nationality"),
    QuestionWish("phone", "Emergency", "emergency"),
    QuestionWish("file", "Certificate", "certificate"),
]
VALUES = ["vegan", "fish", "formula"]
TEXTS = st.one_of(
    st.sampled_from(["=1+1", "'=1", "-x", "007", "1,5", "2012-05-03", "Nuts; eggs", "ja", "[x]"]),
    st.text("abcŁżX'\"=-+@;,| 1", min_size=1, max_size=12).map(str.strip).filter(bool),
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "diet": st.sampled_from(VALUES),
        "sports": st.lists(st.sampled_from(VALUES), min_size=1, unique=True).map(
            lambda found: sorted(found, key=VALUES.index)
        ),
        "hotline": TEXTS,
        "story": TEXTS,
        "shoe": st.decimals(-9999, 9999, places=2).map(lambda number: format(Decimal(number).normalize(), "f")),
        "vetted": st.dates(date(1931, 1, 1), date(2060, 1, 1)).map(date.isoformat),
        "swims": st.booleans(),
        "alone": st.booleans(),
        "nationality": st.sampled_from(["NL", "PL", "GB"]),
        "emergency": st.sampled_from(["+31 6 12345678", "+48 601 234 567"]),
    },
)


@pytest.fixture
def asked() -> Form:
    return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=QUESTIONS)


def answered(**answers: Any) -> Member:
    version = own_fields.current_version()
    return keeping.add(
        keeping.NewMember({"first_name": "Anna", "last_name": "Vries"}, version=version, answers=answers), by=None
    )


def answers_of(member: Member) -> dict[str, Any]:
    found = Member.objects.select_related("submission").get(pk=member.pk)
    return dict(found.submission.answers) if found.submission else {}


@pytest.mark.parametrize("form", exporting.FORMS)
@pytest.mark.parametrize("language", ["en", "nl", "pl"])
@given(people=st.lists(ANSWERS, min_size=1, max_size=4))
@settings(max_examples=examples(12))
def test_every_answer_comes_back_unchanged(form: str, language: str, people: list[Any], asked: Form) -> None:
    with translation.override(language), transaction.atomic():
        for answers in people:
            answered(**answers)
        file = io.BytesIO()
        members = exporting.for_everything(Member.objects.all(), with_bank=True)
        exporting.export(file, members, exporting.everything(with_bank=True), form=form)
        run = planning.keep(read(file.getvalue()), f"members.{form}", by=None)
        planning.plan(run)
        assert {field.key for field in own_fields.own_fields()} <= set(run.targets)
        rows = list(PlannedRow.objects.filter(run=run).values_list("outcome", "old", "reasons"))
        assert rows == [("unchanged", {}, [])] * len(people)
        transaction.set_rollback(True)


def test_answers_come_in_with_a_file_and_are_taken_back_with_it(asked: Form) -> None:
    anna = answered(diet="vegan", shoe="38")
    rows = [
        [
            "Number",
            "First name",
            "Last name",
            "Diet",
            "Sports / games",
            "Shoe size",
            "Swims",
            "Vetted on",
            "Nationality",
        ],
        [anna.number, "Anna", "Vries", "fish, no meat", "Vegan|Fish, no meat", "", "ja", "3-5-2024", "Polska"],
        ["B7", "Bo", "Berg", "", "VEGAN", "41,5", "nee", "", ""],
    ]
    run = tried(rows)
    assert outcomes(run) == ["changed", "new"], [row.reasons for row in run.plan.all()]
    assert PlannedRow.objects.get(number=2).old["own-diet"] == "vegan"

    running.begin(run, by_worker=False)
    running.proceed(run)

    assert answers_of(anna) == {
        "diet": "fish", "sports": ["vegan", "fish"], "shoe": "38", "swims": True, "vetted": "2024-05-03",
        "nationality": "PL",
    }  # fmt: skip
    bo = Member.objects.get(first_name="Bo")
    assert answers_of(bo) == {"sports": ["vegan"], "shoe": "41.5", "swims": False}
    assert AuditEntry.objects.filter(action="member.changed").latest("pk").new["diet"] == "fish"
    assert outcomes(tried(rows)) == ["unchanged", "unchanged"]

    running.undo(run)

    assert answers_of(anna) == {"diet": "vegan", "shoe": "38"}
    assert not Member.objects.filter(pk=bo.pk).exists()


def test_a_mark_takes_an_answer_away_and_a_blank_does_not(asked: Form) -> None:
    anna = answered(diet="vegan", shoe="38")
    run = tried(
        [["Number", "First name", "Last name", "Diet", "Shoe size"], [anna.number, "Anna", "Vries", "[leeg]", ""]]
    )
    running.begin(run, by_worker=False)
    running.proceed(run)
    assert answers_of(anna) == {"shoe": "38"}


def test_an_answer_that_is_none_of_the_choices_is_refused_by_its_question(asked: Form) -> None:
    run = tried([["First name", "Last name", "Diet"], ["Bo", "Berg", "Meat"]])
    assert outcomes(run) == ["refused"]
    assert "Diet" in PlannedRow.objects.get().reasons[0]


def test_answers_of_other_members_stay_when_one_changes(asked: Form) -> None:
    anna, bo = answered(diet="vegan"), answered(diet="fish")
    version = own_fields.current_version()
    assert version
    keeping.change(anna, {}, by=None, answers=(version, {"shoe": "39"}))
    assert answers_of(anna) == {"diet": "vegan", "shoe": "39"}
    assert answers_of(bo) == {"diet": "fish"}
    assert not keeping.change(anna, {}, by=None, answers=(version, {"shoe": "39"}))


def found(condition: Any) -> set[str]:
    return set(Member.objects.filter(condition).values_list("first_name", flat=True))


def test_members_are_found_and_sorted_by_their_answers(asked: Form) -> None:
    people = {
        "Anna": {"diet": "vegan", "shoe": "9.5", "vetted": "2024-01-01", "story": "Żółw", "sports": ["vegan", "fish"]},
        "Bo": {"diet": "fish", "shoe": "10", "vetted": "2025-01-01", "swims": True},
        "Cis": {},
    }
    for name, answers in people.items():
        version = own_fields.current_version()
        keeping.add(
            keeping.NewMember({"first_name": name, "last_name": "X"}, version=version, answers=answers), by=None
        )
    field = {each.question.name: each for each in own_fields.own_fields()}

    assert found(field["diet"].is_one_of("fish")) == {"Bo"}
    assert found(field["sports"].is_one_of("fish")) == {"Anna"}
    assert found(field["swims"].is_one_of("true")) == {"Bo"}
    assert found(field["shoe"].is_between(Decimal("9.6"), None)) == {"Bo"}
    assert found(field["vetted"].is_between(None, date(2024, 6, 1))) == {"Anna"}
    assert found(field["story"].contains("zolw")) == {"Anna"}
    assert found(~field["diet"].is_answered()) == {"Cis"}
    by_size = Member.objects.annotate(size=field["shoe"].sortable()).order_by("size")
    assert [member.first_name for member in by_size] == ["Anna", "Bo", "Cis"]
    by_diet = Member.objects.annotate(diet=field["diet"].sortable()).order_by("diet")
    assert [member.first_name for member in by_diet] == ["Bo", "Anna", "Cis"]


def test_a_number_that_was_a_text_before_is_no_error(asked: Form) -> None:
    answered(shoe="large")
    field = {each.question.name: each for each in own_fields.own_fields()}["shoe"]
    assert found(field.is_between(Decimal(1), None)) == set()
    make.member(first_name="Bo")
    assert Member.objects.annotate(size=field.sortable()).order_by("size").count() == 2


def test_a_pesel_number_that_contradicts_the_date_of_birth_is_refused() -> None:
    form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=[known_question("pesel", "optional")])
    rows = [["First name", "Last name", "Date of birth", "PESEL number"]]
    rows += [["Ala", "Nowak", day, "44051401359"] for day in ("14-5-1944", "15-5-1944")]
    run = tried(rows)
    assert "own-pesel" in run.targets
    assert outcomes(run) == ["new", "refused"]


def test_forms_of_events_begin_with_what_members_answered_and_may_see(asked: Form) -> None:
    anna = answered(diet="vegan", vetted="2024-01-01", shoe="39")
    anna.city = "Zeist"
    known = prefill.of_member(anna)
    assert (known["diet"], known["shoe"], known["city"]) == ("vegan", "39", "Zeist")
    # Only the administration sees it.
    assert "vetted" not in known
    assert "diet" not in prefill.of_member(make.member())
