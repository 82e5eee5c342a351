"""Programs read payments and refunds, and ask for refunds, each once (R6, X2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.payments import refunding
from kring.payments.models import Payment, Refund
from tests import make
from tests.payments import ordering
from tests.payments.ordering import euro
from tests.registrations.changing import bought

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_by_transfer(organisation: Any) -> Any:
    with scope(organisation):
        return bought(price="40").registration.line.order.payments.get()


@pytest.fixture
def paid_at_provider(organisation: Any, paid_by_transfer: Any) -> Any:
    with scope(organisation):
        there = {"method": "testpay", "provider_id": "ch_1", "provider_account": ordering.account()}
        Payment.objects.filter(pk=paid_by_transfer.pk).update(**there)
        return ordering.fresh(paid_by_transfer)


@pytest.fixture
def call(program: Any) -> Any:
    return program("payments", "payments:write")


def ask(call: Any, payment: Any, key: str = "", **wanted: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = json.dumps({"amount": "10.00", "reason": "Ill"} | wanted)
    address = f"/api/v1/payments/{payment.pk}/refunds"
    return call.client.post(address, body, content_type="application/json", headers=headers)


def refunds(organisation: Any) -> list[tuple[str, str, Any]]:
    with scope(organisation):
        return [(each.how, each.state, each.amount) for each in Refund.objects.order_by("pk")]


def test_a_payment_says_what_came_in_and_what_may_go_back(call: Any, organisation: Any, paid_at_provider: Any) -> None:
    with scope(organisation):
        refunding.refund(paid_at_provider, amount=euro("9.95"), reason="Ill", by=None)
        number = paid_at_provider.order.number

    found = call(f"/payments/{paid_at_provider.pk}").json()

    names = ("order", "method", "state", "amount", "refunded", "refunding", "charged_back", "refundable", "provider_id")
    assert [found[name] for name in names] == [
        *(number, "testpay", "paid", "40.00", "0.00", "9.95", "0.00", "30.05", "ch_1"),
    ]
    assert found["refund_ways"][0] == "provider" and found["payer"] == "Ada Lovelace" and found["is_test"] is False


def test_ways_come_from_the_payment_and_none_from_one_that_did_not_arrive(call: Any, organisation: Any) -> None:
    with scope(organisation):
        payment = ordering.start(ordering.order(), "transfer").payment

    found = call(f"/payments/{payment.pk}").json()

    assert (found["refundable"], found["refund_ways"], found["settled_at"]) == ("0.00", [], None)


def test_payments_are_found_by_order_state_method_and_time(call: Any, organisation: Any, paid_by_transfer: Any) -> None:
    with scope(organisation):
        other = ordering.start(ordering.order(), "transfer").payment
        number, settled = paid_by_transfer.order.number, paid_by_transfer.settled_at

    def keys(**wanted: Any) -> list[int]:
        return [each["id"] for each in call("/payments", **wanted).json()["items"]]

    assert keys() == [paid_by_transfer.pk, other.pk]
    assert keys(order=number) == keys(state="paid") == [paid_by_transfer.pk]
    assert keys(method="transfer", state="pending") == [other.pk] and keys(method="mollie") == []
    assert keys(is_test="true") == [] and keys(since=settled.isoformat())[0] == paid_by_transfer.pk
    assert keys(since="2199-01-01T00:00:00Z") == []
    first = call("/payments", limit=1).json()
    assert keys(limit=1, cursor=first["next"]) == [other.pk]


@pytest.mark.parametrize(("many", "path"), [(1, "/payments"), (3, "/payments"), (1, "/refunds"), (3, "/refunds")])
def test_a_list_costs_as_many_statements_for_one_as_for_many(
    call: Any, organisation: Any, many: int, path: str, django_assert_num_queries: Any
) -> None:
    with scope(organisation):
        for _each in range(many):
            payment = bought(price="40").registration.line.order.payments.get()
            refunding.refund(payment, amount=euro("10"), reason="Ill", by=None)
    call(path)

    with django_assert_num_queries(8):
        assert len(call(path).json()["items"]) == many


def test_a_refund_by_the_provider_is_asked_for(call: Any, organisation: Any, paid_at_provider: Any) -> None:
    answer = ask(call, paid_at_provider, seen="40.00")

    assert answer.status_code == 201
    made = answer.json()
    assert (made["how"], made["state"], made["amount"], made["given_on"]) == ("provider", "asked", "10.00", None)
    assert made["can_be_taken_back"] is True
    assert call(f"/refunds/{made['id']}").json() == made
    with scope(organisation):
        assert AuditEntry.objects.get(action="payment.refund_asked").actor_label == "API: Website"


def test_one_that_staff_make_is_noted_with_its_day(call: Any, organisation: Any, paid_by_transfer: Any) -> None:
    made = ask(call, paid_by_transfer, how="cash", given_on="2026-01-02").json()

    assert (made["how"], made["state"], made["given_on"]) == ("cash", "done", "2026-01-02")
    assert call(f"/payments/{paid_by_transfer.pk}").json()["refundable"] == "30.00"


def test_the_same_key_refunds_once(call: Any, organisation: Any, paid_by_transfer: Any) -> None:
    first, second = (ask(call, paid_by_transfer, key="refund-of-ada-1") for _each in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() and len(refunds(organisation)) == 1
    other = ask(call, paid_by_transfer, key="refund-of-ada-1", amount="11.00")
    assert (other.status_code, other.json()["type"]) == (422, "urn:kring:refusal:idempotency_key_reused")


def test_who_has_read_what_was_left_refunds_nothing_more_once_that_has_changed(
    call: Any, organisation: Any, paid_by_transfer: Any
) -> None:
    assert ask(call, paid_by_transfer, seen="40.00").status_code == 201

    again = ask(call, paid_by_transfer, seen="40.00")

    assert (again.status_code, again.json()["type"]) == (409, "urn:kring:refusal:refunded_meanwhile")
    assert len(refunds(organisation)) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"amount": "40.01"}, 409),
        ({"amount": "0.00"}, 422),
        ({"amount": "-1.00"}, 422),
        ({"amount": "1.001"}, 422),
        ({"amount": "NaN"}, 422),
        ({"amount": 10}, 422),
        ({"reason": ""}, 422),
        ({"how": "provider"}, 409),
        ({"how": "order"}, 409),
        ({"how": "gold"}, 422),
        ({"given_on": "soon"}, 422),
        ({"more": "1"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    call: Any, organisation: Any, paid_by_transfer: Any, wrong: dict[str, Any], status: int
) -> None:
    answer = ask(call, paid_by_transfer, **wrong)

    assert answer.status_code == status, answer.content
    assert refunds(organisation) == []


def test_a_way_that_is_not_possible_is_answered_with_those_that_are(call: Any, paid_by_transfer: Any) -> None:
    answer = ask(call, paid_by_transfer, how="provider").json()

    assert answer["type"] == "urn:kring:refusal:refund_way_not_possible" and "same, transfer, cash" in answer["detail"]


def test_refunds_are_found_and_one_is_taken_back(call: Any, organisation: Any, paid_by_transfer: Any) -> None:
    with scope(organisation):
        number = paid_by_transfer.order.number
    made = ask(call, paid_by_transfer, how="cash").json()

    def keys(**wanted: Any) -> list[int]:
        return [each["id"] for each in call("/refunds", **wanted).json()["items"]]

    every = {"payment": paid_by_transfer.pk, "order": number, "state": "done", "how": "cash"}
    assert keys(**every, since="2020-01-01T00:00:00Z") == [made["id"]] and keys(waits_for_staff="true") == []

    taken = call(f"/refunds/{made['id']}/taking-back", json={"reason": "A slip"})

    assert (taken.status_code, taken.json()["state"]) == (200, "taken_back")
    assert call(f"/refunds/{made['id']}/taking-back", json={"reason": "A slip"}).status_code == 409
    assert call(f"/payments/{paid_by_transfer.pk}").json()["refundable"] == "40.00"


def test_reading_does_not_let_ask_and_another_organisation_has_none(
    program: Any, organisation: Any, paid_by_transfer: Any
) -> None:
    assert ask(program("payments"), paid_by_transfer).status_code == 403
    assert program("registrations:write")("/payments").status_code == 403
    stranger = program("payments", "payments:write", at=make.organisation())
    assert stranger(f"/payments/{paid_by_transfer.pk}").status_code == 404
    assert ask(stranger, paid_by_transfer).status_code == 404
    assert stranger("/payments").json()["items"] == []
    with scope(organisation):
        assert not Payment.objects.get(pk=paid_by_transfer.pk).refunds.exists()
