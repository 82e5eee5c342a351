"""Box office and door look up whether somebody is a member, and see nothing else (issue 12, point 13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import looking_up, status
from kring.members.models import BankAccount, Member
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def liv(organisation: Any) -> Any:
    with scope(organisation):
        return make.member(
            number="A-12",
            first_name="Liv",
            last_name="Jansen",
            name_prefix="van",
            birth_date=date(2010, 5, 6),
            email="liv@secret.example",
            phone="+31 6 12345678",
            street="Secretstreet",
            city="Zeist",
            postal_code="3701 AB",
            iban="NL91ABNA0417164300",
            notes="a note",
        )


@pytest.fixture(params=[Role.Name.BOX_OFFICE, Role.Name.DOOR])
def seller(staff: Any, request: Any) -> Any:
    return staff(request.param)


def found(page: Any) -> list[tuple[str, bool]]:
    return [(member.name, is_valid) for member, is_valid in page.context["people"]]


@pytest.mark.parametrize("text", ["A-12", " A-12 ", "jan", "JANSEN liv", "liv van jansen"])
def test_a_member_is_found_by_number_or_by_beginnings_of_names(seller, liv, text):
    page = seller.act("member_lookup", q=text)
    assert found(page) == [("Liv van Jansen", True)]
    shown = page.content.decode()
    # No numbers alone: "Person 2010" may be logged in.
    for hidden in (
        "A-12<",
        "May 2010",
        "2010-05",
        "secret",
        "Secretstreet",
        "Zeist",
        "3701 AB",
        "12345678",
        "NL91",
        "a note",
    ):
        assert hidden not in shown.replace('value="A-12"', ""), hidden


def test_a_member_is_found_by_the_number_they_had_before_a_merge(seller, liv, organisation):
    with scope(organisation):
        Member.objects.filter(pk=liv.pk).update(former_numbers="B-1 B-22")
    assert found(seller.act("member_lookup", q="B-22")) == [("Liv van Jansen", True)]
    assert found(seller.act("member_lookup", q="B-2")) == []


@pytest.mark.parametrize(
    "text", ["Zeist", "secret", "Secretstreet", "0612345678", "3701", "2010", "A-1", "li", "ans", "%%%"]
)
def test_nobody_is_found_by_anything_else(seller, liv, text):
    assert found(seller.act("member_lookup", q=text)) == []


def test_whoever_is_suspended_or_left_does_not_count_as_a_member(seller, liv, organisation):
    with scope(organisation):
        status.suspend(liv)
    assert found(seller.act("member_lookup", q="jansen")) == [("Liv van Jansen", False)]
    with scope(organisation):
        status.leave(liv, timezone.localdate() - timedelta(days=1))
    assert found(seller.act("member_lookup", q="jansen")) == [("Liv van Jansen", False)]


def test_each_look_is_in_the_log_with_whoever_looked(seller, liv, organisation):
    seller.act("member_lookup", q="jansen")
    seller.act("member_lookup", q="Nobody Known")
    with scope(organisation):
        seen, nobody = AuditEntry.objects.filter(action="member.looked_up").order_by("pk")
    assert (seen.subject_id, seen.actor) == (str(liv.pk), seller.user)
    assert "Nobody" not in str(vars(nobody))


def test_a_register_is_not_copied_by_looking_up_everybody(seller, liv, monkeypatch):
    monkeypatch.setattr(looking_up, "LIMIT", looking_up.LIMIT._replace(most=2))
    statuses = [seller.act("member_lookup", q="jansen").status_code for _time in range(3)]
    assert statuses == [200, 200, 422]


def test_at_most_ten_are_shown(seller, organisation):
    with scope(organisation):
        for _number in range(12):
            make.member(last_name="Bos")
    page = seller.act("member_lookup", q="bos")
    assert (len(found(page)), page.context["more"]) == (10, True)


def test_nothing_else_of_the_register_opens_to_them(seller, liv):
    for name, *args in [
        ("members",), ("member", liv.pk), ("members_export",), ("households",), ("member_bank_account", liv.pk),
        ("statistics",), ("statistics_jubilees",), ("imports",), ("register_settings",), ("group_new",),
    ]:  # fmt: skip
        assert seller.page(name, *args).status_code == 403, name


def test_the_treasurer_sees_what_payments_need_and_changes_nothing(treasurer, liv, organisation):
    page = treasurer.page("members", col=["name", "state", "type", "household", "payers"])
    assert "Jansen" in page.content.decode()
    assert treasurer.page("households").status_code == 200
    assert treasurer.page("member_bank_account", liv.pk).status_code == 200
    with scope(organisation):
        assert BankAccount.objects.exists()
    for name, *args in [("member_change", liv.pk), ("member_status", liv.pk), ("imports",), ("register_settings",)]:
        assert treasurer.page(name, *args).status_code == 403, name
