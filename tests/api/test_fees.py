"""Fees over the API: tables, rules, and what is agreed with a member (C1, X2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.models import FeeTable, MemberFeeChange, Reduction, Surcharge
from kring.members.models import Household, MembershipType
from kring.organisations.models import AuditEntry
from tests import make

YEAR = timezone.localdate().year
FIRST = f"{YEAR}-01-01"


@pytest.fixture
def adults(organisation: Any) -> Any:
    with scope(organisation):
        return MembershipType.objects.create(name="Adults")


@pytest.fixture
def write(program: Any) -> Any:
    return program("fees", "fees:write")


def table(adults: Any, **more: Any) -> dict[str, Any]:
    rows = [{"to_age": 17, "amount": "60.00"}, {"from_age": 18, "amount": "120.00"}]
    return {"membership_type": adults.pk, "valid_from": FIRST, "begins_on": FIRST, "rows": rows} | more


def put(call: Any, path: str, body: Any) -> Any:
    import json

    return call.send(path, json.dumps(body), "PUT")


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.json()
    return [each["pointer"] for each in answer.json()["errors"]]


def test_a_fee_table_is_added_once_read_changed_and_removed(write: Any, adults: Any, organisation: Any) -> None:
    made = write("/fees/tables", json=table(adults, entry_fee="10.00"))
    assert (made.status_code, made.json()["entry_fee"]) == (201, "10.00")
    assert [each["amount"] for each in made.json()["rows"]] == ["60.00", "120.00"]
    key = made.json()["id"]

    assert write("/fees/tables", json=table(adults)).json()["type"] == "urn:kring:refusal:fee_table_exists"
    assert write("/fees/tables", membership_type=adults.pk).json()["items"] == [made.json()]
    changed = put(write, f"/fees/tables/{key}", table(adults, rows=[{"amount": "99.00"}]))
    assert changed.json()["rows"] == [{"from_age": 0, "to_age": None, "amount": "99.00"}]
    assert changed.json() == write(f"/fees/tables/{key}").json()
    assert write.send(f"/fees/tables/{key}", "", "DELETE").status_code == 204
    with scope(organisation):
        assert not FeeTable.objects.exists()
        actions = AuditEntry.objects.filter(subject_type="feetable").order_by("pk")
        assert [(each.action, each.actor_label) for each in actions] == [
            ("fee_table.added", "API: Website"),
            ("fee_table.changed", "API: Website"),
            ("fee_table.removed", "API: Website"),
        ]


def test_a_table_says_what_is_wrong_with_it(write: Any, adults: Any) -> None:
    wrong = table(adults, rows=[{"from_age": 18, "to_age": 6, "amount": "1.00"}])
    assert pointers(write("/fees/tables", json=wrong)) == ["#/rows/0/to_age"]
    assert pointers(write("/fees/tables", json=table(adults, age_day=1))) == ["#/age_day"]
    assert pointers(write("/fees/tables", json=table(adults, membership_type=10**9))) == ["#/membership_type"]
    assert pointers(write("/fees/tables", json=table(adults, valid_from="1850-01-01"))) == ["#/valid_from"]
    overlap = table(adults, rows=[{"amount": "1.00"}, {"from_age": 18, "amount": "2.00"}])
    assert write("/fees/tables", json=overlap).json()["type"] == "urn:kring:refusal:fee_rows_overlap"


def test_a_key_adds_one_table(write: Any, adults: Any, organisation: Any) -> None:
    import json

    body, key = json.dumps(table(adults)), {"headers": {"Idempotency-Key": "0123456789"}}
    answers = [
        write.client.post("/api/v1/fees/tables", body, content_type="application/json", **key) for _time in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 200]
    with scope(organisation):
        assert FeeTable.objects.count() == 1


def test_reductions_keep_to_their_kind(write: Any, organisation: Any) -> None:
    with scope(organisation):
        home = Household.objects.create(name="Jansen")
    child = {
        "kind": "nth_child",
        "names": {"en": "Second child"},
        "effect": "percent",
        "amount": "50.00",
        "nth": 2,
        "valid_from": FIRST,
    }
    made = write("/fees/reductions", json=child)
    assert (made.status_code, made.json()["nth"], made.json()["effect"]) == (201, 2, "percent")

    cap = {"kind": "cap", "names": {"nl": "Hoogste"}, "amount": "420.00", "valid_from": FIRST}
    assert write("/fees/reductions", json=cap).json()["effect"] == "fixed"
    assert pointers(write("/fees/reductions", json=cap | {"nth": 2, "reason": "x"})) == ["#/nth", "#/reason"]
    board = {**cap, "kind": "decision", "household": home.pk}
    assert pointers(write("/fees/reductions", json=board)) == ["#"]
    assert write("/fees/reductions", json=board | {"reason": "Minutes"}).json()["household"] == home.pk
    assert pointers(write("/fees/reductions", json=child | {"amount": "150.00"})) == ["#"]
    assert pointers(write("/fees/reductions", json=child | {"names": {}})) == ["#/names"]
    path = f"/fees/reductions/{made.json()['id']}"
    assert pointers(put(write, path, cap)) == ["#/kind"]
    assert put(write, path, child | {"nth": 3}).json()["nth"] == 3
    assert write.send(path, "", "DELETE").status_code == 204
    assert [each["kind"] for each in write("/fees/reductions").json()["items"]] == ["cap", "decision"]
    with scope(organisation):
        assert Reduction.objects.count() == 2


def test_what_is_agreed_with_a_member_is_set_ended_and_kept_in_the_history(
    write: Any, adults: Any, organisation: Any
) -> None:
    with scope(organisation):
        member = make.member(type=adults, birth_date=date(1990, 1, 1))
        paper = Surcharge.objects.create(names={"en": "Paper"}, amount=3, valid_from=date(2020, 1, 1))
    write("/fees/tables", json=table(adults))
    path = f"/members/{member.pk}/contribution"
    before = write(path).json()
    assert (before["agreed"]["amount"], before["owed"][0]["amount"]) == (None, "120.00")

    assert put(write, path, {"amount": "75.00"}).json()["type"] == "urn:kring:refusal:fee_needs_a_reason"
    agreed = {"amount": "75.00", "frequency": "year", "reason": "Half a season", "surcharges": [paper.pk]}
    found = put(write, path, agreed).json()
    assert (found["agreed"]["amount"], found["surcharges"]) == ("75.00", [paper.pk])
    assert (found["owed"][0]["amount"], found["owed"][0]["why_nothing"]) == ("78.00", None)
    assert pointers(put(write, path, agreed | {"surcharges": [10**9]})) == ["#/surcharges/0"]
    assert pointers(put(write, path, agreed | {"start_date": "1850-01-01"})) == ["#/start_date"]

    assert write.send(path, "", "DELETE").status_code == 204
    assert write(path).json()["agreed"]["amount"] is None
    changes = write(f"{path}/changes").json()["items"]
    assert [(each["old"]["amount"], each["new"]["amount"]) for each in changes] == [(None, "75.00"), ("75.00", None)]
    with scope(organisation):
        assert {each.changed_by for each in MemberFeeChange.objects.all()} != {None}


def test_other_scopes_open_nothing(program: Any, organisation: Any, adults: Any) -> None:
    with scope(organisation):
        member = make.member()
    assert program("dues")("/fees/tables").status_code == 403
    assert program("fees")("/fees/tables", json=table(adults)).status_code == 403
    assert program("members")(f"/members/{member.pk}/contribution").status_code == 403
    assert program("fees")(f"/members/{member.pk}/contribution").status_code == 200


def test_a_run_of_contributions_is_planned_begun_and_stopped(program: Any, adults: Any, organisation: Any) -> None:
    call = program("dues", "dues:runs", "fees:write")
    with scope(organisation):
        make.member(type=adults, birth_date=date(1990, 1, 1))
    call("/fees/tables", json=table(adults))
    [period, *_later] = call("/contributions/runs/periods").json()
    choice = {"kind": period["kind"], "first_day": period["first_day"]}

    plan = call("/contributions/runs/dry-run", json=choice).json()
    assert (plan["number"], plan["total"], plan["parts"][0]["membership_type"]) == (1, "120.00", adults.pk)
    assert call("/contributions/runs").json()["items"] == []
    run = choice | {"name": "The year", "due_on": timezone.localdate().isoformat(), "is_mailed": False}
    assert pointers(call("/contributions/runs", json=run | {"due_on": FIRST})) == ["#/due_on"]
    assert pointers(call("/contributions/runs", json=run | {"first_day": "2001-05-05"})) == ["#/first_day"]
    assert pointers(call("/contributions/runs", json=run | {"membership_types": [10**9]})) == ["#/membership_types/0"]
    made = call("/contributions/runs", json=run)
    assert (made.status_code, made.json()["state"]) == (201, "running")
    assert call("/contributions/runs", json=run).json()["type"] == "urn:kring:refusal:another_run"
    path = f"/contributions/runs/{made.json()['id']}"
    assert call.send(f"{path}/stop", "").json()["state"] == "stopped"
    assert call.send(f"{path}/resumption", "").json()["state"] == "running"
    assert call(path).json()["name"] == "The year"
    assert program("dues", "dues:write").send(f"{path}/stop", "").status_code == 403
