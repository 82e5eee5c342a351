"""Every error under /api/ has one format: RFC 9457 (Q4)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from kring.api import events
from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from tests import make

GOOD = '{"code": "x", "event": "congress"}'


def shape(answer):
    """Status, and whether the answer is a problem with the same status."""
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    assert all(body[key] for key in ("type", "title", "detail"))
    return answer.status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"code": "\\ud800", "event": "congress"}', 422),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"code": 1e999, "event": NaN}', 422),
        (b'{"code": "x"}', 422),
        (b" " * 3_000_000, 413),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else str(value),
)
def test_a_body_that_cannot_be_used(program, body, status):
    assert shape(program("door").send("/door/scan", body)) == status


WRONG_PARAMETERS = {
    "limit=0": "limit",
    "limit=201": "limit",
    "limit=x": "limit",
    f"limit={'9' * 5000}": "limit",
    "upcoming=maybe": "upcoming",
    "state=gone": "state",
    "since=yesterday": "since",
    "stat=new": "stat",
    "=": "",
}


@pytest.mark.parametrize(("query", "parameter"), WRONG_PARAMETERS.items())
def test_a_parameter_that_cannot_be_used_is_named(program, query, parameter):
    answer = program("events")(f"/events?{query}")

    assert shape(answer) == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("path", ["/", "/nothing", "/events/", "/events/a/b", "/registrations/1/", "/../admin", "/é"])
def test_what_is_not_there(program, path):
    assert shape(program("events")(path)) == 404


@pytest.mark.parametrize("path", ["/events/%00", "/events/a%00b", "/registrations/%00", "/%00"])
def test_a_path_no_database_could_hold(program, path):
    assert shape(program("events", "registrations")(path)) in (400, 404, 422)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**63), "9" * 400, "१"])
def test_a_number_that_is_none(program, number):
    assert shape(program("registrations")(f"/registrations/{number}")) == 422


@pytest.mark.parametrize(
    ("path", "allowed", "method"),
    [("/registrations", "GET", method) for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")]
    + [("/registrations/1", "GET, PATCH", "PUT"), ("/door/scan", "POST", "GET")],
)
def test_a_method_that_is_not_for_this(program, path, allowed, method):
    answer = program("events", "registrations", "door").send(path, GOOD, method=method)

    assert shape(answer) == 405
    assert sorted(answer["Allow"].split(", ")) == allowed.split(", ")


def test_head_answers_as_get_without_a_body(program, organisation):
    answer = program("events").client.head("/api/v1/events")

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_refusal_carries_its_name_and_its_sentence(program, organisation, monkeypatch):
    def refuse(*args, **kwargs):
        raise WrongState(state=Order.State.PAID.label)

    monkeypatch.setattr(events, "_detail", refuse)
    with scope(organisation):
        make.event(slug="congress")

    answer = program("events")("/events/congress")

    assert shape(answer) == 409
    assert answer.json() == {
        "type": "urn:kring:refusal:wrong_state",
        "title": "Wrong state",
        "status": 409,
        "detail": "This is no longer possible: the status is now “completed”.",
    }


@pytest.mark.django_db(transaction=True)
def test_a_crash_tells_nothing_of_its_cause_and_undoes_what_was_half_done(program, monkeypatch):
    organisation = make.organisation()

    def crash(*args, **kwargs):
        make.organiser(name="Half done")
        raise ZeroDivisionError("secret")

    with scope(organisation):
        event = make.event(slug="congress")
    monkeypatch.setattr(events, "_detail", crash)

    answer = program("events", at=organisation)("/events/congress")

    assert shape(answer) == 500
    assert b"secret" not in answer.content
    with scope(organisation):
        assert not type(event.organiser).objects.filter(name="Half done").exists()


HOSTS = {
    "nobody.kring.localhost": 404,
    "blocked.kring.localhost": 403,
    "kring.localhost": 404,
    "portal.kring.localhost": 404,
    "evil.example": 400,
}


@pytest.mark.parametrize(("host", "status"), HOSTS.items())
def test_on_a_host_that_serves_no_api(db, host, status):
    make.organisation(subdomain="blocked", status=Organisation.Status.BLOCKED)
    client = Client(headers={"host": host}, raise_request_exception=False)

    assert shape(client.get("/api/v1/events")) == status


def test_too_many_requests_keep_their_retry_after(organisation, rf):
    from kring.api.middleware import ProblemMiddleware

    slow_down = HttpResponse("<h1>Later</h1>", status=429, headers={"Retry-After": "7"})
    answer = ProblemMiddleware(lambda request: slow_down)(rf.get("/api/v1/events"))

    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (429, "7", "application/problem+json")


def test_pages_stay_pages(organisation, rf):
    from kring.api.middleware import ProblemMiddleware

    page = HttpResponse("<h1>Not found</h1>", status=404)

    assert ProblemMiddleware(lambda request: page)(rf.get("/events/nothing/")) is page
