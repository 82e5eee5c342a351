"""The list of members: counts that follow the filters, and pages in the order of any column (M1)."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F, Q
from hypothesis import given
from hypothesis import strategies as st

from kring.forms import answering, form_editing
from kring.forms.models import Form, Submission
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.members import keeping, own_fields
from kring.members.listing import Listing
from kring.members.models import Member, MemberAnswer
from kring.registrations.filtering import sortable
from kring.web.manage.members.table import FoundRows, MemberTable, sort_key
from tests import make
from tests.members.applicants import applied

pytestmark = pytest.mark.usefixtures("in_scope")
CHOICES = (ChoiceWish("Zebra", "a"), ChoiceWish("Ape", "z"))
QUESTIONS = [
    QuestionWish("choice", "Beast", "beast", choices=CHOICES),
    QuestionWish("choices", "Sports", "sports", choices=CHOICES),
    QuestionWish("number", "Shoe", "shoe"),
    QuestionWish("text", "Story", "story"),
]


@pytest.fixture
def asked() -> Form:
    return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=QUESTIONS)


def member(name: str, state: str = Member.State.ACTIVE, **answers: Any) -> Member:
    values = {"first_name": name, "last_name": "X"}
    wanted = keeping.NewMember(values, state=state, version=own_fields.current_version(), answers=answers)
    return keeping.add(wanted, by=None)


def fields() -> dict[str, own_fields.OwnField]:
    return {each.question.name: each for each in own_fields.own_fields()}


def listing(order: str, states: tuple[str, ...] = (), rows: Any = None) -> Listing:
    own = own_fields.own_fields()
    by = F(order.removeprefix("-"))
    keys = {sort_key(field): field.sortable() for field in own}
    sorted_rows = (
        (Member.objects.all() if rows is None else rows)
        .alias(**keys)
        .order_by(by.desc(nulls_last=True) if order.startswith("-") else by.asc(nulls_last=True))
    )
    return Listing(sorted_rows, states, {sort_key(field): field for field in own})


def names_in(found: Listing, at_once: int = 2) -> list[str]:
    """Of all pages, one after the other."""
    names = dict(Member.objects.values_list("pk", "first_name"))
    first, seen = 0, list[str]()
    while keys := found.look(first, at_once).keys:
        seen += [names[key] for key in keys]
        first += at_once
    return seen


EVERYBODY = Q(), Q(first_name__gt="A")


@pytest.mark.parametrize("wanted", EVERYBODY, ids=["nothing filtered", "filtered"])
def test_all_pages_have_everybody_once_and_those_without_an_answer_last(asked: Form, wanted: Q) -> None:
    for name, answers in {
        "Ann": {"shoe": "9.5", "beast": "a"},
        "Bo": {"shoe": "-10"},
        "Cis": {},
        "Dee": {"shoe": "100", "beast": "z"},
        "Eve": {},
    }.items():
        member(name, **answers)
    applied(version=own_fields.current_version(), answers={"shoe": "1"})
    found = partial(listing, rows=Member.objects.filter(wanted))
    assert names_in(found("own_shoe")) == ["Bo", "Ann", "Dee", "Eve", "Cis"]
    assert names_in(found("-own_shoe")) == ["Dee", "Ann", "Bo", "Eve", "Cis"]
    # By the labels, not by what is stored.
    assert names_in(found("own_beast"), 1)[:2] == ["Dee", "Ann"]
    assert names_in(found("-sorting")) == ["Eve", "Dee", "Cis", "Bo", "Ann"]
    assert names_in(found("-sorting", ("active",)))[:2] == ["Eve", "Dee"]
    assert names_in(found("own_shoe", ("left",))) == []


def test_the_numbers_follow_the_filters_and_not_the_status_chosen(asked: Form) -> None:
    member("Ann", beast="a")
    member("Bo", Member.State.HONORARY, beast="a")
    member("Cis", Member.State.HONORARY, beast="z")
    rows = Member.objects.filter(fields()["beast"].is_one_of("a"))
    look = listing("sorting", ("honorary",), rows).look(0, 25)
    assert (look.counts, look.total, len(look.keys)) == ({"active": 1, "honorary": 1}, 1, 1)
    look = listing("own_beast", ("honorary",), rows).look(0, 25)
    assert (look.counts, look.total, len(look.keys)) == ({"active": 1, "honorary": 1}, 1, 1)
    nobody = listing("sorting", (), Member.objects.none()).look(0, 25)
    assert (nobody.counts, nobody.total, nobody.keys) == ({}, 0, [])


def test_the_next_statement_is_planned_as_ever() -> None:
    listing("sorting").look(0, 25)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('enable_sort')")
        assert cursor.fetchone() == ("on", "on")


def test_a_changed_answer_is_found_and_the_former_one_is_not(asked: Form) -> None:
    ann = member("Ann", beast="a", sports=["a", "z"], story="Once")
    version = own_fields.current_version()
    assert version
    keeping.change(ann, {}, by=None, answers=(version, {"beast": "z", "story": None}))
    found = {name: field for name, field in fields().items()}
    rows = Member.objects
    assert not rows.filter(found["beast"].is_one_of("a")).exists()
    assert rows.filter(found["beast"].is_one_of("z")).exists()
    assert rows.filter(found["sports"].is_one_of("a")).filter(found["sports"].is_one_of("z")).exists()
    assert not rows.filter(found["story"].is_answered()).exists()
    ann.refresh_from_db()
    kept = ann.submission
    assert kept
    Member.objects.update(submission=None)
    answering.erase(kept)
    assert not MemberAnswer.objects.exists()


def test_words_are_found_far_behind_in_a_long_answer(asked: Form) -> None:
    member("Ann", story="x" * 2000 + " Żółw")
    member("Bo", story="short")
    assert [each.first_name for each in Member.objects.filter(fields()["story"].contains("zolw"))] == ["Ann"]
    assert [each.first_name for each in Member.objects.filter(fields()["story"].contains("100%"))] == []


@given(number=st.decimals(-(10**13), 10**13, places=4))
def test_numbers_are_noted_as_bounds_are_written(asked: Form, number: Any) -> None:
    version = own_fields.current_version()
    written = Submission.objects.create(version=version, answers={"shoe": format(number, "f")})
    assert MemberAnswer.objects.get(submission=written).sort == sortable(number)


def test_answers_to_other_forms_are_not_noted(asked: Form) -> None:
    other = form_editing.create_form("Camp", questions=QUESTIONS)
    Submission.objects.create(version=other.current, answers={"shoe": "9"})
    assert not MemberAnswer.objects.exists()


def test_answers_from_before_are_noted_by_the_migration(asked: Form) -> None:
    member("Ann", beast="a", shoe="9")
    before = set(MemberAnswer.objects.values_list("name", "kind", "sort"))
    MemberAnswer.objects.all().delete()
    migration = import_module("kring.members.migrations.0072_answers_noted")
    with connection.schema_editor(atomic=False) as editor:
        migration.note_all(apps, editor)
    assert set(MemberAnswer.objects.values_list("name", "kind", "sort")) == before
    assert len(before) == 2


def test_a_file_has_all_rows_in_the_order_of_the_list(asked: Form) -> None:
    for name, shoe in {"Ann": "9", "Bo": "10", "Cis": None}.items():
        member(name, **({"shoe": shoe} if shoe else {}))
    own = own_fields.own_fields()
    table = MemberTable(Member.objects.all(), own=own)
    table.order_by = "-own-shoe"
    assert isinstance(table.data, FoundRows)
    assert [each.first_name for each in table.data.data] == ["Bo", "Ann", "Cis"]


def test_a_page_beyond_the_last_one_is_the_last(in_scope: Any) -> None:
    for _ in range(3):
        make.member()
    assert listing("sorting").look(50, 25).total == 3
