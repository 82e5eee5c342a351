"""Members, groups and households, written by a program (X2, M1, M7)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.members import groups, households
from kring.members.models import BankAccount, Consent, GroupPlace, Household, Member, MembershipType, PlannedStatus
from kring.organisations.models import AuditEntry
from tests import make

IBAN = "NL91 ABNA 0417 1643 00"


@pytest.fixture
def call(program):
    """`call("PATCH", "/members/1", name="…")`, with a token that may write."""
    with_token = program("members", "members:write")

    def call(method: str, path: str, key: str = "", match: str = "", **body: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        if match:
            headers["If-Match"] = match
        return with_token.client.generic(
            method, f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    return call


@pytest.fixture
def liv(organisation):
    with scope(organisation):
        return make.member(first_name="Liv", last_name="Jansen", email="liv@example.org", city="Zeist")


def pointers(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["pointer"]: each["detail"] for each in answer.json()["errors"]}


def test_a_member_is_made_as_the_register_writes_it(call, organisation):
    with scope(organisation):
        kind = MembershipType.objects.create(name="youth")
        household = households.form([make.member(city="Utrecht")])
    answer = call(
        "POST",
        "/members",
        first_name=" Ada ",
        last_name="Łoś",
        phone="06 12345678",
        address={"postal_code": "2511ab", "city": "Zeist"},
        consents={"photo": False},
        joined_on="2024-05-01",
        type=kind.pk,
        household=household.pk,
    )
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["first_name"], shown["phone"], shown["address"]["postal_code"]) == (
        "Ada",
        "+31 6 12345678",
        "2511 AB",
    )
    with scope(organisation):
        made = Member.objects.get(pk=shown["id"])
        assert (made.household_id, made.has_own_address, made.photo_consent) == (household.pk, True, False)
        assert made.memberships.get().during.lower == date(2024, 5, 1)
        assert Consent.objects.get(member=made).source == "api"
        entry = AuditEntry.objects.get(action="member.added", subject_id=str(made.pk))
        assert (entry.actor, entry.actor_label) == (None, "API: Website")


def test_all_that_is_wrong_is_said_at_once_each_with_its_place(call, organisation):
    answer = call(
        "POST",
        "/members",
        first_name="A",
        last_name="B",
        phone="12",
        email="nobody",
        gender="q",
        birth_date="2026-02-31",
        address={"country": "QQ", "postal_code": "1"},
        language="tlh",
    )
    assert set(pointers(answer)) == {
        *("#/phone", "#/email", "#/gender", "#/birth_date", "#/address/country", "#/address/postal_code", "#/language"),
    }
    with scope(organisation):
        assert not Member.objects.exists()


HOSTILE: list[dict[str, Any]] = [
    {"first_name": 7},
    {"first_name": ["Ada"]},
    {"first_name": "A\0da"},
    {"first_name": "\ud800"},
    {"first_name": "x" * 1_000_000},
    {"first_name": "\u200b"},
    {"first_name": None},
    {"birth_date": 20240101},
    {"birth_date": "2024-01-01" * 50},
    {"birth_date": (timezone.localdate() + timedelta(days=2)).isoformat()},
    {"address": "Laan 1"},
    {"address": {"street": {"x": 1}}},
    {"consents": {"photo": "yes"}},
    {"iban": "NL91ABNA0417164300"},
    {"notes": "x"},
    {"state": "deceased"},
    {"id": 1},
    {"joined_on": "0001-01-01"},
    {"number": ""},
    {"number": "\t"},
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body)[:40])
def test_hostile_changes_are_refused_and_change_nothing(call, liv, organisation, body):
    answer = call("PATCH", f"/members/{liv.pk}", **body)
    assert pointers(answer)
    with scope(organisation):
        assert Member.objects.get(pk=liv.pk).updated_at == liv.updated_at
        assert not AuditEntry.objects.filter(action="member.changed").exists()


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', "{", '{"first_name": "A", "last_name": "\\ud800"}'])
def test_what_is_no_member_makes_none(program, organisation, body):
    assert program("members:write").send("/members", body).status_code in (400, 422)
    with scope(organisation):
        assert not Member.objects.exists()


def test_a_change_says_old_and_new_in_the_log_and_the_same_again_changes_nothing(call, liv, organisation):
    for _time in range(2):
        answer = call("PATCH", f"/members/{liv.pk}", email="new@example.org", address={"city": None})
        assert answer.status_code == 200, answer.content
    with scope(organisation):
        entry = AuditEntry.objects.get(action="member.changed")
        assert (entry.old, entry.new) == (
            {"email": "liv@example.org", "city": "Zeist"},
            {"email": "new@example.org"},
        )


def test_what_was_changed_since_it_was_read_is_not_overwritten(call, liv):
    read = call("GET", f"/members/{liv.pk}")["ETag"]
    changed = call("PATCH", f"/members/{liv.pk}", match=read, city=None, phone="0612345678")
    assert changed.status_code == 422  # the city stands in the address
    changed = call("PATCH", f"/members/{liv.pk}", match=read, phone="0612345678")
    assert changed.status_code == 200
    assert call("PATCH", f"/members/{liv.pk}", match=read, phone="").status_code == 412
    assert call("PATCH", f"/members/{liv.pk}", match=changed["ETag"], phone="").status_code == 200


def test_a_number_is_given_once(call, liv):
    body = {"first_name": "A", "last_name": "B", "number": liv.number}
    answer = call("POST", "/members", **body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kring:refusal:number_taken")


def test_a_request_with_the_same_key_makes_one_member(call, organisation):
    body = {"first_name": "A", "last_name": "B"}
    first, again = (call("POST", "/members", key="key-12345678", **body) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = call("POST", "/members", key="key-12345678", first_name="A", last_name="C")
    assert (other.status_code, other.json()["type"]) == (422, "urn:kring:refusal:idempotency_key_reused")
    with scope(organisation):
        assert Member.objects.count() == 1


def test_a_request_that_was_refused_uses_up_no_key(call, liv):
    body = {"first_name": "A", "last_name": "B"}
    assert call("POST", "/members", key="key-12345678", number=liv.number, **body).status_code == 409
    assert call("POST", "/members", key="key-12345678", **body).status_code == 201


def test_the_status_is_changed_now_or_planned(call, liv, organisation):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert call("POST", f"/members/{liv.pk}/status", state="left", on=tomorrow).status_code == 202
    with scope(organisation):
        assert PlannedStatus.objects.get().state == "left"
    answer = call("POST", f"/members/{liv.pk}/status", state="suspended", reason="unpaid")
    assert (answer.status_code, answer.json()["state"]) == (200, "suspended")
    assert call("POST", f"/members/{liv.pk}/status", state="suspended").status_code == 200
    assert call("POST", f"/members/{liv.pk}/status", state="applicant").status_code == 409
    assert call("POST", f"/members/{liv.pk}/status", state="active", on="1999-01-01").status_code == 409
    assert pointers(call("POST", f"/members/{liv.pk}/status", state="active", on="0000-00-00"))


def test_who_left_before_they_joined_is_refused(call, liv):
    body = {"first_name": "A", "last_name": "B", "state": "left", "joined_on": "2024-01-01"}
    assert pointers(call("POST", "/members", **body, left_on="2023-01-01")) == {
        "#/left_on": "The last day cannot be before the first."
    }
    made = call("POST", "/members", **body, left_on="2024-06-30").json()
    assert (made["state"], made["left_on"]) == ("left", "2024-06-30")
    assert call("PATCH", f"/members/{made['id']}", joined_on="2025-01-01").status_code == 409
    assert pointers(call("POST", "/members", first_name="A", last_name="B", left_on="2024-06-30"))


def test_a_membership_type_is_set_and_read(call, liv, organisation):
    with scope(organisation):
        youth, old = MembershipType.objects.create(name="youth"), MembershipType.objects.create(name="adult")
    assert [each["name"] for each in call("GET", "/membership-types").json()] == ["youth", "adult"]
    answer = call("POST", f"/members/{liv.pk}/memberships", type=youth.pk, since="2024-01-01", until="2024-12-31")
    assert answer.status_code == 201, answer.content
    assert call("POST", f"/members/{liv.pk}/memberships", type=old.pk, since="2025-01-01").status_code == 201
    held = call("GET", f"/members/{liv.pk}/memberships").json()
    assert [(each["type"]["name"], each["since"], each["until"]) for each in held] == [
        ("youth", "2024-01-01", "2024-12-31"),
        ("adult", "2025-01-01", None),
    ]
    assert pointers(call("POST", f"/members/{liv.pk}/memberships", type=999_999_999))
    wrong = call("POST", f"/members/{liv.pk}/memberships", type=old.pk, since="2026-01-01", until="2025-01-01")
    assert wrong.status_code == 409


def test_account_numbers_take_a_scope_of_their_own_and_each_look_is_logged(program, call, liv, organisation):
    path = f"/members/{liv.pk}/bank-account"
    assert call("GET", path).status_code == call("PUT", path, iban=IBAN).status_code == 403
    bank = program("members:bank")
    assert bank.send(path, json.dumps({"iban": IBAN, "holder": "L. Jansen"}), method="PUT").json() == {
        "iban": IBAN.replace(" ", ""),
        "holder": "L. Jansen",
    }
    assert bank(path).json()["iban"] == IBAN.replace(" ", "")
    assert bank.send(path, json.dumps({"iban": "NL00ABNA0417164300"}), method="PUT").status_code == 422
    assert bank("/members").status_code == 403
    with scope(organisation):
        assert AuditEntry.objects.filter(action="member.bank_account_seen").count() == 2
        assert "0417" not in str(list(AuditEntry.objects.values_list("old", "new")))
    assert bank.send(path, json.dumps({"iban": ""}), method="PUT").json()["iban"] == ""
    with scope(organisation):
        assert not BankAccount.objects.exists()


def test_groups_are_made_changed_and_filled(call, liv, organisation):
    section = call("POST", "/groups", key="group-12345", name="Youth").json()
    assert call("POST", "/groups", key="group-12345", name="Youth").json() == section
    team = call("POST", "/groups", name="U8", parent=section["id"], capacity=1).json()
    assert call("POST", "/groups", name="U8", parent=section["id"]).status_code == 409
    assert call("PATCH", f"/groups/{section['id']}", parent=team["id"]).status_code == 409
    assert call("PATCH", f"/groups/{team['id']}", parent=None).json()["parent"] is None
    placed = call("POST", f"/groups/{team['id']}/members", members=[liv.pk, liv.pk])
    assert [each["member"]["id"] for each in placed.json()] == [liv.pk]
    with scope(organisation):
        other = make.member()
    full = call("POST", f"/groups/{team['id']}/members", members=[other.pk])
    assert (full.status_code, full.json()["type"]) == (409, "urn:kring:refusal:group_full")
    assert set(pointers(call("POST", f"/groups/{team['id']}/members", members=[liv.pk, 99_999_999]))) == {"#/members/1"}
    assert pointers(call("POST", f"/groups/{team['id']}/members", members=list(range(1, 300))))
    for _time in range(2):
        assert call("DELETE", f"/groups/{team['id']}/members/{liv.pk}").status_code == 204
    with scope(organisation):
        assert not GroupPlace.objects.current().exists()


def test_households_are_formed_moved_and_left(call, liv, organisation):
    with scope(organisation):
        otto = make.member(first_name="Otto", last_name="Jansen")
    made = call("POST", "/households", members=[liv.pk])
    assert (made.status_code, made.json()["name"], made.json()["address"]["city"]) == (201, "Jansen", "Zeist")
    path = f"/households/{made.json()['id']}"
    assert len(call("PUT", f"{path}/members/{otto.pk}").json()["members"]) == 2
    moved = call("PATCH", path, name="Jansen-Bos", address={"city": "Utrecht"})
    assert (moved.json()["name"], moved.json()["address"]["city"]) == ("Jansen-Bos", "Utrecht")
    with scope(organisation):
        assert set(Member.objects.values_list("city", flat=True)) == {"Utrecht"}
    for _time in range(2):
        assert call("DELETE", f"{path}/members/{liv.pk}").status_code == 204
    with scope(organisation):
        assert list(Household.objects.get().members.all()) == [otto]
    assert pointers(call("PATCH", path, address={"postal_code": "x"})) and pointers(
        call("POST", "/households", members=[])
    )


def test_only_groups_and_households_that_changed_since_are_listed(call, organisation):
    with scope(organisation):
        first, second = groups.create("A"), groups.create("B")
        home = households.form([make.member()], name="Bos")
        groups.change(first, name="C")
        first.refresh_from_db()
        now = first.updated_at.isoformat()
        households.rename(home, "Vos")
    found = call("GET", f"/groups?updated_since={now.replace('+', '%2B')}").json()["items"]
    assert [each["id"] for each in found] == [first.pk] != [second.pk]
    assert len(call("GET", f"/households?updated_since={now.replace('+', '%2B')}").json()["items"]) == 1


def test_nothing_of_another_organisation_can_be_named(call, liv):
    other = make.organisation()
    with scope(other):
        theirs, team = make.member(), groups.create("U8")
        home, kind = households.form([make.member()]), MembershipType.objects.create(name="x")
    for method, path, body in [
        ("PATCH", f"/members/{theirs.pk}", {"phone": ""}),
        ("POST", f"/members/{theirs.pk}/status", {"state": "left"}),
        ("POST", f"/members/{theirs.pk}/memberships", {"type": kind.pk}),
        ("PATCH", f"/groups/{team.pk}", {"name": "x"}),
        ("POST", f"/groups/{team.pk}/members", {"members": [liv.pk]}),
        ("PATCH", f"/households/{home.pk}", {"name": "x"}),
        ("PUT", f"/households/{home.pk}/members/{liv.pk}", {}),
    ]:
        assert call(method, path, **body).status_code == 404, path
    new = {"first_name": "A", "last_name": "B"}
    assert pointers(call("POST", "/members", **new, type=kind.pk))
    assert pointers(call("POST", "/members", **new, household=home.pk))
    assert pointers(call("POST", "/groups", name="y", parent=team.pk))
    assert pointers(call("POST", "/households", members=[theirs.pk]))


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_reading_is_no_right_to_write(program, liv, method):
    path = "/members" if method == "POST" else f"/members/{liv.pk}"
    assert program("members").send(path, '{"first_name": "A", "last_name": "B"}', method=method).status_code == 403
