"""The register, read by a program (X2, M1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.models import Form
from kring.forms.sheet import QuestionWish
from kring.members import groups, households, keeping, own_fields
from kring.members.models import Member
from tests import make


@pytest.fixture
def ada(organisation):
    with scope(organisation):
        return make.member(first_name="Ada", last_name="Łoś", number="A-7", email="ada@example.org", city="Zeist")


@pytest.fixture
def bo(organisation):
    with scope(organisation):
        return make.member(first_name="Bo", other_email="bo@example.org", state="left", photo_consent=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Ada", "Bo"]),
        ({"number": "A-7"}, ["Ada"]),
        ({"email": "BO@example.org"}, ["Bo"]),
        ({"q": "los ada"}, ["Ada"]),
        ({"state": "left"}, ["Bo"]),
        ({"number": "A"}, []),
    ],
)
def test_members_are_found(program, ada, bo, asked, found):
    items = program("members")("/members", **asked).json()["items"]

    assert [item["first_name"] for item in items] == found


def test_only_what_changed_since_is_listed(program, organisation, ada, bo):
    with scope(organisation):
        Member.objects.filter(pk=bo.pk).update(city="Utrecht")
        now = Member.objects.get(pk=bo.pk).updated_at
    call = program("members")

    assert [each["id"] for each in call("/members", updated_since=now.isoformat()).json()["items"]] == [bo.pk]
    later = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert call("/members", updated_since=later).json()["items"] == []


def test_a_member_is_shown_without_account_number(program, bo):
    shown = program("members")(f"/members/{bo.pk}").json()

    assert (shown["state"], shown["consents"]["photo"], shown["consents"]["sharing"]) == ("left", True, None)
    assert not {"iban", "holder"} & shown.keys()


def test_notes_and_answers_to_own_questions_are_shown(program, organisation, bo):
    questions = [QuestionWish("text", "Diet", "diet"), QuestionWish("yes_no", "Swims", "swims", audience="staff")]
    with scope(organisation):
        form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)
        answers = own_fields.current_version(), {"diet": "vegan", "swims": False}
        keeping.change(bo, {"notes": "Call after six."}, by=None, answers=answers)
        make.member(first_name="Cis")
    call = program("members", "members:notes")
    shown = call(f"/members/{bo.pk}").json()
    assert (shown["notes"], shown["answers"]) == ("Call after six.", {"diet": "vegan", "swims": False})
    assert [each["answers"] for each in call("/members").json()["items"]] == [shown["answers"], {}]


def test_notes_take_a_scope_of_their_own(program, organisation, bo):
    with scope(organisation):
        keeping.change(bo, {"notes": "Call after six."}, by=None)
    call = program("members")

    assert call(f"/members/{bo.pk}").json()["notes"] is None
    assert [each["notes"] for each in call("/members").json()["items"]] == [None]
    assert program("members:notes")(f"/members/{bo.pk}").status_code == 403


def test_groups_and_households_show_who_is_in_them(program, organisation, ada):
    with scope(organisation):
        team = groups.create("Team", parent=groups.create("Section"))
        groups.put_in(team, [ada])
        home = households.form([ada])
    call = program("members")
    person = {"id": ada.pk, "number": "A-7", "name": "Ada Łoś"}

    assert [(each["name"], each["parent"]) for each in call("/groups").json()["items"]] == [
        ("Team", team.parent_id),
        ("Section", None),
    ][::-1]
    assert [each["member"] for each in call(f"/groups/{team.pk}/members").json()["items"]] == [person]
    assert [each["id"] for each in call("/households").json()["items"]] == [home.pk]
    assert call(f"/households/{home.pk}").json()["members"] == [person]


def test_the_register_of_another_organisation_is_not_there(program, ada):
    elsewhere = program("members", at=make.organisation())

    assert elsewhere("/members").json()["items"] == []
    assert elsewhere(f"/members/{ada.pk}").status_code == 404


def test_a_parameter_is_given_once(program, ada):
    """Of two values one would be dropped in silence."""
    answer = program("members")("/members?number=A-7&number=B-1")

    assert (answer.status_code, answer.json()["title"]) == (400, "Parameter twice")
