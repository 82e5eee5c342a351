"""Duplicates in the browser: found while adding, listed, told apart, merged, taken back (M1)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import households
from kring.members.models import Guardianship, Household, Member, MemberMerge, ToldApart
from tests import make
from tests.members.applicants import born

pytestmark = pytest.mark.django_db
IBAN, OTHER_IBAN = "NL91ABNA0417164300", "PL61109010140000071219812874"


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def twice(organisation: Any) -> tuple[Member, Member]:
    same = {"first_name": "Jan", "birth_date": date(2001, 3, 4)}
    with scope(organisation):
        return (
            make.member(**same, last_name="Jansen", number="1", iban=IBAN, city="Zeist"),
            make.member(**same, last_name="Janssen", number="2", iban=OTHER_IBAN, email="jan@mail.example"),
        )


def text(page: Any) -> str:
    return str(page.content.decode())


def test_whoever_adds_a_member_sees_who_may_be_the_same_and_may_go_on(secretary, twice, organisation):
    sent = {"first_name": "Jan", "last_name": "Jansen", "birth_date": "2001-03-04", "country": "NL"}
    page = secretary.act("member_new", **sent)
    assert (page.status_code, [each.number for each in page.context["alike"]]) == (200, ["1", "2"])
    assert secretary.act("member_new", **sent, alike=page.context["seen"]).status_code == 302
    with scope(organisation):
        assert Member.objects.count() == 3


def test_two_are_told_apart(secretary, twice, organisation):
    one, other = twice
    assert len(secretary.page("member_duplicates").context["pairs"]) == 1
    secretary.act("members_apart", other.pk, one.pk)
    assert secretary.page("member_duplicates").context["pairs"] == []
    with scope(organisation):
        assert ToldApart.objects.count() == 1


def test_two_are_merged_as_chosen_and_it_is_taken_back(secretary, twice, organisation):
    kept, gone = twice
    form = secretary.page("member_merge", kept.pk, gone.pk).context["form"]
    sent = {each.name: form[each.name].value() for each in form.differences} | {"seen": form.now}
    assert sent["email"] == "gone"
    page = secretary.act("member_merge", kept.pk, gone.pk, **sent | {"last_name": "kept"})
    assert page.url.endswith(f"/members/{kept.pk}/")
    with scope(organisation):
        member = Member.objects.get()
        assert (member.number, member.last_name, member.email) == ("1", "Jansen", "jan@mail.example")
        done = MemberMerge.objects.get()
    assert "number 2" in text(secretary.page("member", kept.pk)) or "Number 2" in text(
        secretary.page("member", kept.pk)
    )
    assert secretary.page("member_merge_undo", done.pk).status_code == 200
    secretary.act("member_merge_undo", done.pk)
    with scope(organisation):
        assert sorted(Member.objects.values_list("number", flat=True)) == ["1", "2"]


def test_a_household_that_a_merge_left_empty_is_named_and_stays_for_the_undo(secretary, twice, organisation):
    kept, gone = twice
    with scope(organisation):
        households.form([kept])
        home = households.form([gone])
    form = secretary.page("member_merge", kept.pk, gone.pk).context["form"]
    sent = {each.name: form[each.name].value() for each in form.differences} | {"seen": form.now}
    answer = secretary.act("member_merge", kept.pk, gone.pk, **sent | {"household": "kept"})
    assert f"Nobody is left in the household {home}" in text(secretary.get(answer.url))
    with scope(organisation):
        assert Household.objects.filter(pk=home.pk).exists()


def test_who_was_changed_meanwhile_is_looked_at_again(secretary, twice, organisation):
    kept, gone = twice
    form = secretary.page("member_merge", kept.pk, gone.pk).context["form"]
    sent = {each.name: form[each.name].value() for each in form.differences} | {"seen": form.now}
    with scope(organisation):
        Member.objects.filter(pk=gone.pk).update(phone="+31 6 12345678")
    page = secretary.act("member_merge", kept.pk, gone.pk, **sent)
    assert (page.status_code, "phone" in page.context["form"].fields) == (422, True)
    with scope(organisation):
        assert Member.objects.count() == 2


def test_account_numbers_are_shown_only_to_who_may_see_them(secretary, twice, monkeypatch):
    from kring.web.manage.members import duplicate_views

    kept, gone = twice
    assert "NL91 … 4300" in text(secretary.page("member_merge", kept.pk, gone.pk))
    monkeypatch.setattr(duplicate_views, "may", lambda request, right: False)
    page = text(secretary.page("member_merge", kept.pk, gone.pk))
    assert ("4300" in page, "on record" in page) == (False, True)


def test_members_of_another_organisation_are_not_there(secretary, twice):
    kept, _gone = twice
    other = make.organisation()
    with scope(other):
        theirs = make.member()
    for name in ("member_merge", "members_apart"):
        assert secretary.act(name, kept.pk, theirs.pk).status_code == 404
        assert secretary.act(name, theirs.pk, kept.pk).status_code == 404


def test_who_gains_and_loses_rights_is_named_before_they_do(secretary, organisation):
    with scope(organisation):
        pair = [make.member(first_name="Liv", birth_date=born(9), number=number) for number in "12"]
        for child, name in zip(pair, ["Eva", "Bas"], strict=True):
            guardian = households.add_guardian(None, name=f"{name} Jansen", email=f"{name.lower()}@mail.example")
            households.entrust(guardian, child, is_of_household=False)
    keys = [child.pk for child in pair]
    page = secretary.page("member_merge", *keys)
    assert ([each.who for each in page.context["shifts"].lost], page.context["shifts"].gained) == (["Bas Jansen"], [])
    assert text(page).count("Bas Jansen") == 2
    form = page.context["form"]
    sent = {each.name: form[each.name].value() for each in form.differences} | {"seen": form.now}
    assert sent["guardians"] == "kept"
    other = sent | {"guardians": "gone", "rights": form["rights"].value()}
    again = secretary.act("member_merge", *keys, **other)
    assert (again.status_code, [each.who for each in again.context["shifts"].gained]) == (422, ["Bas Jansen"])
    with scope(organisation):
        assert Member.objects.count() == 2
    other["rights"] = again.context["form"]["rights"].value()
    assert secretary.act("member_merge", *keys, **other).status_code == 302
    with scope(organisation):
        assert Guardianship.objects.in_force().filter(child=keys[0]).count() == 2


def test_a_login_of_the_one_who_goes_has_to_be_chosen(secretary, twice, organisation):
    kept, gone = twice
    with scope(organisation):
        Member.objects.filter(pk=gone.pk).update(user=make.user("stranger@mail.example"))
    form = secretary.page("member_merge", kept.pk, gone.pk).context["form"]
    sent = {each.name: form[each.name].value() for each in form.differences}
    sent |= {"seen": form.now, "rights": form["rights"].value()}
    assert not sent.pop("login")
    page = secretary.act("member_merge", kept.pk, gone.pk, **sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["login"])
    assert secretary.act("member_merge", kept.pk, gone.pk, **sent, login="kept").status_code == 302
    with scope(organisation):
        assert Member.objects.get().user is None
