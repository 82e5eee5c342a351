"""The description of the API (OpenAPI), for developers who write a program against it."""

from __future__ import annotations

from kring.api import urls
from kring.api.interface import api
from kring.events.models import Event


def operations():
    return [
        (path, method, operation)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]


def test_anyone_may_read_it(program):
    answer = program()("/openapi.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert answer.json()["openapi"] == "3.1.0"


def test_it_lists_every_operation():
    assert {(method, path) for path, method, _operation in operations()} == {
        ("get", "/api/v1/events"),
        ("post", "/api/v1/events"),
        ("get", "/api/v1/events/{event}"),
        ("patch", "/api/v1/events/{event}"),
        ("post", "/api/v1/events/{event}/eligibility"),
        ("post", "/api/v1/events/{event}/submission"),
        ("post", "/api/v1/events/{event}/withdrawal"),
        ("post", "/api/v1/events/{event}/acceptance"),
        ("post", "/api/v1/events/{event}/rejection"),
        ("post", "/api/v1/events/{event}/cancellation"),
        ("post", "/api/v1/events/{event}/attractions"),
        ("patch", "/api/v1/events/{event}/attractions/{id}"),
        ("delete", "/api/v1/events/{event}/attractions/{id}"),
        ("get", "/api/v1/events/{event}/sessions"),
        ("get", "/api/v1/events/{event}/teams"),
        ("get", "/api/v1/events/{event}/waiting-list"),
        ("post", "/api/v1/events/{event}/waiting-list"),
        ("patch", "/api/v1/events/{event}/waiting-list"),
        ("delete", "/api/v1/events/{event}/waiting-list"),
        ("get", "/api/v1/events/{event}/waiting-list/steps"),
        ("get", "/api/v1/events/{event}/waiting-list/entries"),
        ("post", "/api/v1/events/{event}/waiting-list/entries"),
        ("get", "/api/v1/events/{event}/waiting-list/entries/{id}"),
        ("delete", "/api/v1/events/{event}/waiting-list/entries/{id}"),
        ("get", "/api/v1/events/{event}/waiting-list/entries/{id}/position"),
        ("post", "/api/v1/events/{event}/waiting-list/entries/{id}/removal"),
        ("put", "/api/v1/events/{event}/waiting-list/entries/{id}/turn"),
        ("post", "/api/v1/events/{event}/waiting-list/additions"),
        ("post", "/api/v1/events/{event}/waiting-list/invitations"),
        ("post", "/api/v1/events/{event}/waiting-list/invitations/{id}/mail"),
        ("get", "/api/v1/forms"),
        ("post", "/api/v1/forms"),
        ("get", "/api/v1/forms/{id}"),
        ("put", "/api/v1/forms/{id}/questions"),
        ("put", "/api/v1/forms/of/{event}/{attraction}"),
        ("get", "/api/v1/registrations"),
        ("get", "/api/v1/registrations/{id}"),
        ("post", "/api/v1/registrations/{id}/cancellation"),
        ("patch", "/api/v1/registrations/{id}"),
        ("get", "/api/v1/registrations/{id}/sessions"),
        ("put", "/api/v1/registrations/{id}/sessions"),
        ("get", "/api/v1/members"),
        ("post", "/api/v1/members"),
        ("get", "/api/v1/members/{id}"),
        ("patch", "/api/v1/members/{id}"),
        ("post", "/api/v1/members/{id}/status"),
        ("get", "/api/v1/members/{id}/memberships"),
        ("post", "/api/v1/members/{id}/memberships"),
        ("get", "/api/v1/members/{id}/bank-account"),
        ("put", "/api/v1/members/{id}/bank-account"),
        ("get", "/api/v1/membership-types"),
        ("get", "/api/v1/seasons"),
        ("post", "/api/v1/membership"),
        ("post", "/api/v1/groups"),
        ("patch", "/api/v1/groups/{id}"),
        ("post", "/api/v1/groups/{id}/members"),
        ("delete", "/api/v1/groups/{id}/members/{member}"),
        ("post", "/api/v1/households"),
        ("patch", "/api/v1/households/{id}"),
        ("put", "/api/v1/households/{id}/members/{member}"),
        ("delete", "/api/v1/households/{id}/members/{member}"),
        ("get", "/api/v1/groups"),
        ("get", "/api/v1/groups/{id}/members"),
        ("get", "/api/v1/households"),
        ("get", "/api/v1/professions"),
        ("get", "/api/v1/payments"),
        ("get", "/api/v1/payments/{id}"),
        ("post", "/api/v1/payments/{id}/refunds"),
        ("get", "/api/v1/mandates"),
        ("get", "/api/v1/mandates/{id}"),
        ("get", "/api/v1/collections"),
        ("get", "/api/v1/collections/{id}/debits"),
        ("get", "/api/v1/contributions"),
        ("get", "/api/v1/contributions/runs"),
        ("post", "/api/v1/contributions/runs"),
        ("get", "/api/v1/contributions/runs/periods"),
        ("post", "/api/v1/contributions/runs/dry-run"),
        ("get", "/api/v1/contributions/runs/{id}"),
        ("post", "/api/v1/contributions/runs/{id}/stop"),
        ("post", "/api/v1/contributions/runs/{id}/resumption"),
        ("get", "/api/v1/fees/tables"),
        ("post", "/api/v1/fees/tables"),
        ("get", "/api/v1/fees/tables/{id}"),
        ("put", "/api/v1/fees/tables/{id}"),
        ("delete", "/api/v1/fees/tables/{id}"),
        ("get", "/api/v1/fees/reductions"),
        ("post", "/api/v1/fees/reductions"),
        ("put", "/api/v1/fees/reductions/{id}"),
        ("delete", "/api/v1/fees/reductions/{id}"),
        ("get", "/api/v1/fees/surcharges"),
        ("post", "/api/v1/fees/surcharges"),
        ("put", "/api/v1/fees/surcharges/{id}"),
        ("delete", "/api/v1/fees/surcharges/{id}"),
        ("get", "/api/v1/members/{id}/contribution"),
        ("put", "/api/v1/members/{id}/contribution"),
        ("delete", "/api/v1/members/{id}/contribution"),
        ("get", "/api/v1/members/{id}/contribution/changes"),
        ("get", "/api/v1/bank/accounts"),
        ("post", "/api/v1/bank/uploads"),
        ("get", "/api/v1/bank/files"),
        ("get", "/api/v1/bank/files/{id}"),
        ("post", "/api/v1/bank/files/{id}/taking"),
        ("post", "/api/v1/bank/files/{id}/columns"),
        ("post", "/api/v1/bank/files/{id}/discarding"),
        ("get", "/api/v1/bank/lines"),
        ("get", "/api/v1/bank/lines/{id}"),
        ("post", "/api/v1/bank/lines/{id}/acceptance"),
        ("post", "/api/v1/bank/lines/{id}/orders"),
        ("post", "/api/v1/bank/lines/{id}/purpose"),
        ("post", "/api/v1/bank/lines/{id}/undoing"),
        ("get", "/api/v1/provider-collections"),
        ("get", "/api/v1/provider-collections/{id}/debits"),
        ("get", "/api/v1/contributions/{id}"),
        ("post", "/api/v1/contributions/{id}/waiver"),
        ("get", "/api/v1/refunds"),
        ("get", "/api/v1/refunds/{id}"),
        ("post", "/api/v1/refunds/{id}/taking-back"),
        ("get", "/api/v1/reminders"),
        ("get", "/api/v1/reminders/payers/{id}"),
        ("post", "/api/v1/reminders/payers/{id}/promise"),
        ("post", "/api/v1/reminders/payers/{id}/stop"),
        ("post", "/api/v1/reminders/payers/{id}/resumption"),
        ("get", "/api/v1/invoices"),
        ("get", "/api/v1/invoices/{number}"),
        ("get", "/api/v1/invoices/{number}/pdf"),
        ("get", "/api/v1/newsletters"),
        ("get", "/api/v1/organisation"),
        ("get", "/api/v1/organisation/limits"),
        ("get", "/api/v1/organisation/plan"),
        ("get", "/api/v1/users"),
        ("post", "/api/v1/users"),
        ("delete", "/api/v1/users/{id}"),
        ("get", "/api/v1/users/{id}"),
        ("put", "/api/v1/users/{id}/roles"),
        ("delete", "/api/v1/users/{id}/block"),
        ("put", "/api/v1/users/{id}/block"),
        ("delete", "/api/v1/users/{id}/sessions"),
        ("get", "/api/v1/users/{id}/sessions"),
        ("get", "/api/v1/households/{id}"),
        ("get", "/api/v1/events/{event}/guests"),
        ("post", "/api/v1/events/{event}/guests"),
        ("delete", "/api/v1/events/{event}/guests/{id}"),
        ("get", "/api/v1/events/{event}/guests/{id}"),
        ("patch", "/api/v1/events/{event}/guests/{id}"),
        ("get", "/api/v1/events/{event}/campaigns"),
        ("post", "/api/v1/events/{event}/campaigns"),
        ("delete", "/api/v1/events/{event}/campaigns/{id}"),
        ("get", "/api/v1/events/{event}/campaigns/{id}"),
        ("patch", "/api/v1/events/{event}/campaigns/{id}"),
        ("get", "/api/v1/events/{event}/campaigns/{id}/codes"),
        ("post", "/api/v1/events/{event}/campaigns/{id}/codes"),
        ("delete", "/api/v1/events/{event}/campaigns/{id}/codes/{code}"),
        ("get", "/api/v1/events/{event}/partner-tickets"),
        ("post", "/api/v1/events/{event}/partner-tickets"),
        ("delete", "/api/v1/events/{event}/partner-tickets/{id}"),
        ("get", "/api/v1/events/{event}/partner-tickets/{id}"),
        ("patch", "/api/v1/events/{event}/partner-tickets/{id}"),
        ("get", "/api/v1/events/{event}/price-rules"),
        ("get", "/api/v1/events/{event}/teams"),
        ("post", "/api/v1/events/{event}/quote"),
        ("get", "/api/v1/partners"),
        ("post", "/api/v1/partners"),
        ("delete", "/api/v1/partners/{id}"),
        ("get", "/api/v1/partners/{id}"),
        ("patch", "/api/v1/partners/{id}"),
        ("post", "/api/v1/orders"),
        ("get", "/api/v1/orders/{number}/instalments"),
        ("post", "/api/v1/door/scan"),
    }


def test_each_operation_takes_a_token_and_says_how_it_fails():
    for path, _method, operation in operations():
        failures = {code: answer for code, answer in operation["responses"].items() if int(code) >= 400}
        assert operation["security"] == [{"Token": []}], path
        assert {400, 401, 403, 405, 422, 429, 500} <= set(failures), path
        assert {kind for answer in failures.values() for kind in answer["content"]} == {"application/problem+json"}


def test_each_schema_has_a_name_of_its_own():
    """Two of the same name would silently become one."""
    schemas = api.get_openapi_schema()["components"]["schemas"]

    assert set(schemas["EventState"]["enum"]) == set(Event.State.values)
    assert "completed" in schemas["RegistrationState"]["enum"]
    assert "State" not in schemas


def test_an_address_takes_the_parameters_that_are_described_and_no_others():
    described: dict[str, set[str]] = {}
    for path, _method, operation in operations():
        names = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
        described.setdefault(path, set()).update(names)

    assert urls._parameters() == {
        operation["operationId"]: described[path] for path, _method, operation in operations()
    }
