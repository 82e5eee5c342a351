"""The bank's files and their lines over the API (C4, X2)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kring.banking.models import OwnAccount, StatementFile
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from tests.banking.booking import THEIRS, came, read, waiting

CSV = b"Day;Sum;What\n2026-01-05;12,50;Gift\n2026-01-06;-3,00;Costs\n"


@pytest.fixture
def call(program: Any) -> Any:
    return program("statements", "statements:write")


@pytest.fixture
def line(organisation: Any) -> Any:
    """One that names its order; nothing is booked by itself in these tests."""
    with scope(organisation):
        order = waiting("50")
        [row] = read(came("50", order.number, name="Ada Lovelace", iban=THEIRS), match=False)
        from kring.banking import matching
        from kring.banking.models import BankingSettings

        BankingSettings.objects.create(books_by_itself=False)
        matching.match_batch()
        return row, order


def upload(call: Any, content: bytes, name: str = "file.csv") -> Any:
    return call("/bank/uploads", json={"name": name, "content": base64.b64encode(content).decode()})


def test_a_line_is_read_with_its_evidence_and_a_shortened_account(call: Any, line: Any) -> None:
    row, order = line
    answer = call(f"/bank/lines/{row.pk}")
    found = answer.json()
    assert (found["state"], found["meaning"], found["other_account"]) == ("open", "orders", "NL20 … 4567")
    assert THEIRS not in answer.content.decode()
    assert order.number in found["words"] and any(order.number in each for each in found["evidence"])
    assert call("/bank/lines", state="open", direction="in", is_proposed=True).json()["items"] == [found]
    assert call("/bank/lines", direction="out").json()["items"] == []
    assert call("/bank/lines", first_day="2999-01-01").json()["items"] == []


def test_it_is_accepted_once_and_undone(call: Any, line: Any, organisation: Any) -> None:
    row, order = line
    booked = call.send(f"/bank/lines/{row.pk}/acceptance", "").json()
    assert (booked["state"], booked["is_by_itself"]) == ("booked", False)
    assert [(each["order"], each["amount"]) for each in booked["shares"]] == [(order.number, "50.00")]
    assert call.send(f"/bank/lines/{row.pk}/acceptance", "").status_code == 409
    assert call.send(f"/bank/lines/{row.pk}/undoing", "").json()["state"] == "open"
    with scope(organisation):
        order.refresh_from_db()
        assert order.state == "awaiting"
        entries = AuditEntry.objects.filter(action__startswith="bank_line.").order_by("pk")
        assert [(each.action, each.actor_label) for each in entries] == [
            ("bank_line.booked", "API: Website"),
            ("bank_line.undone", "API: Website"),
        ]


def test_it_is_divided_over_orders_or_set_aside(call: Any, line: Any) -> None:
    row, order = line
    path = f"/bank/lines/{row.pk}"
    short = call(f"{path}/orders", json={"shares": [{"order": order.number, "amount": "20.00"}]})
    assert short.status_code in (409, 422)
    twice = {"shares": [{"order": order.number, "amount": "25.00"}] * 2}
    assert call(f"{path}/orders", json=twice).json()["errors"][0]["pointer"] == "#/shares/1/order"
    whole = {"shares": [{"order": order.number.lower(), "amount": "50.00"}]}
    assert call(f"{path}/orders", json=whole).json()["shares"][0]["amount"] == "50.00"
    call.send(f"{path}/undoing", "")
    aside = call(f"{path}/purpose", json={"purpose": "Gift"}).json()
    assert (aside["state"], aside["words"]) == ("ignored", "Gift")


def test_a_file_is_uploaded_asks_what_its_columns_are_and_is_taken(call: Any, organisation: Any) -> None:
    with scope(organisation):
        account = OwnAccount.objects.create(number="NL91ABNA0417164300", currency="EUR")
    [asks] = upload(call, CSV).json()
    assert (asks["state"], asks["columns"]) == ("asks_columns", ["Day", "Sum", "What"])
    path = f"/bank/files/{asks['id']}"
    assert call(f"{path}/columns", json={"columns": ["booked_on"]}).status_code == 422
    same = call(f"{path}/columns", json={"columns": ["booked_on", "amount", "amount"]})
    assert same.json()["errors"][0]["pointer"] == "#/columns/2"
    explained = call(f"{path}/columns", json={"columns": ["booked_on", "amount", "text"]}).json()
    assert (explained["state"], explained["unknown_accounts"]) == ("asks_account", [""])
    [known] = call("/bank/accounts").json()
    assert known == {"id": account.pk, "account": "NL91 … 4300", "currency": "EUR"}
    taken = call(f"{path}/taking", json={"account": account.pk}).json()
    assert (taken["state"], taken["new_lines"], taken["statements"][0]["lines"]) == ("read", 2, 2)

    [again] = upload(call, CSV).json()
    assert (again["id"], again["state"]) == (taken["id"], "read")
    assert call("/bank/files").json()["items"] == [taken]
    amounts = [each["amount"] for each in call("/bank/lines", file=taken["id"]).json()["items"]]
    assert amounts == ["12.50", "-3.00"]
    assert call(f"{path}/taking", json={}).status_code == 409


def test_what_is_no_file_of_a_bank_is_refused_with_its_reason(call: Any, organisation: Any) -> None:
    assert upload(call, b"<html><body>Log in</body></html>").json()["type"] == "urn:kring:refusal:bank_file_is_html"
    wrong = call("/bank/uploads", json={"name": "x", "content": "not base64!"})
    assert wrong.json()["errors"][0]["pointer"] == "#/content"
    with scope(organisation):
        assert not StatementFile.objects.exists()


def test_one_that_is_none_of_ours_is_discarded(call: Any) -> None:
    [asks] = upload(call, CSV).json()
    assert call.send(f"/bank/files/{asks['id']}/discarding", "").json()["state"] == "discarded"
    assert call("/bank/files", state="asks_columns").json()["items"] == []


def test_reading_decides_nothing_and_another_scope_reads_nothing(program: Any, line: Any) -> None:
    row, _order = line
    assert program("dues", "payments")("/bank/lines").status_code == 403
    assert program("statements").send(f"/bank/lines/{row.pk}/acceptance", "").status_code == 403
    assert upload(program("statements"), CSV).status_code == 403
