"""Acts on a selection of the list of members: seen first, then done (M1, N2)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.members import groups
from kring.members.models import GroupPlace, Member, MemberBulk
from tests import make
from tests.web.manage.conftest import url

pytestmark = pytest.mark.django_db
HOME = {"street": "Kerkweg", "house_number": "1", "postal_code": "3811 AB", "city": "Amersfoort"}


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def people(organisation: Any) -> list[Member]:
    with scope(organisation):
        return [
            make.member(first_name="Anna", last_name="Vries", email="anna@mail.example", **HOME),
            make.member(first_name="Bert", last_name="Bakker"),
        ]


def keys(people: list[Member]) -> list[int]:
    return [member.pk for member in people]


def test_a_mail_is_seen_as_it_arrives_and_then_sent(secretary, people, organisation):
    words = {"audience": "members", "subject": "Hello {name}", "text": "Dear {reader}"}
    page = secretary.act("members_act_mail", pick=keys(people), step="preview", **words)
    assert [each["to"] for each in page.context["previews"]] == ["Anna Vries <anna@mail.example>"]
    assert [(why, number) for why, number, _people in page.context["obstacles"]] == [("There is no email address.", 1)]
    assert page.context["previews"][0]["mail"].subject == "Hello Anna Vries"
    done = secretary.act("members_act_mail", pick=keys(people), step="do", number=2, **words)
    with scope(organisation):
        assert Message.objects.filter(template="to-members").count() == 1
        assert done.url == url("members_bulk", MemberBulk.objects.get().pk)
    assert "There is no email address." in secretary.get(done.url).content.decode()


def test_all_found_are_meant_even_beyond_the_page_and_a_number_that_changed_is_asked_again(
    secretary, people, organisation
):
    with scope(organisation):
        team = groups.create("U8")
    sent = {"all": "1", "list": "q=vries", "group": team.pk}
    page = secretary.act("members_act_join", step="preview", **sent)
    assert (page.context["number"], page.context["able"]) == (1, 1)
    assert secretary.act("members_act_join", step="do", number=2, **sent).status_code == 200
    secretary.act("members_act_join", step="do", number=1, **sent)
    with scope(organisation):
        assert GroupPlace.objects.get().member_id == people[0].pk


def test_a_filter_that_is_none_means_nobody(secretary, people):
    page = secretary.act("members_act_invite", all="1", list="born=1")
    assert page.status_code == 302


def test_labels_and_letters_come_as_pdf(secretary, people):
    sheet = {"sheet": "l7160", "first": 3}
    page = secretary.act("members_act_labels", pick=keys(people), step="preview", **sheet)
    assert [each.name for each in page.context["addressees"]] == ["Anna Vries"]
    labels = secretary.act("members_act_labels", pick=keys(people), step="do", number=2, **sheet)
    letters = secretary.act("members_act_letters", pick=keys(people), step="do", number=2, text="Dear {name}")
    assert [file["Content-Type"] for file in (labels, letters)] == ["application/pdf"] * 2
    assert labels.content.startswith(b"%PDF")


def test_a_first_label_beyond_the_sheet_is_refused(secretary, people):
    page = secretary.act("members_act_labels", pick=keys(people), step="preview", sheet="l7163", first=15)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["first"])


def test_the_status_of_several_is_changed_with_a_reason(secretary, people, organisation):
    facts = {"state": "suspended", "on": "2026-01-01", "reason": "Not paid"}
    secretary.act("members_act_status", pick=keys(people), step="do", number=2, **facts)
    with scope(organisation):
        assert set(Member.objects.values_list("state", flat=True)) == {"suspended"}


def test_two_are_merged_from_the_list_and_not_three(secretary, people, organisation):
    page = secretary.act("members_act_merge", pick=keys(people))
    assert page.url == url("member_merge", *keys(people))
    with scope(organisation):
        more = [*people, make.member()]
    assert "/merge/" not in secretary.act("members_act_merge", pick=keys(more)).url


def test_who_only_sees_members_is_offered_labels_and_letters(staff, people):
    treasurer = staff(Role.Name.TREASURER)
    acts = treasurer.page("members").context["list"].selection.acts
    assert [act.icon for act in acts] == ["printer", "file-text"]
    assert treasurer.act("members_act_mail", pick=keys(people)).status_code == 403


def test_members_of_another_organisation_are_not_chosen(secretary, people):
    with scope(make.organisation()):
        theirs = make.member(email="their@mail.example")
    page = secretary.act("members_act_invite", pick=[theirs.pk])
    assert page.status_code == 302
