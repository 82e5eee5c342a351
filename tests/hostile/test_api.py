"""One value in a body or a query of the API is none: deeper in than nonsense comes, and never a crash (A11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import pytest

from kring.accounts.models import ApiToken
from kring.accounts.scopes import scopes
from kring.api.interface import api
from kring.core.tenancy import scope
from kring.events.models import Attraction, Event, TicketType
from tests import make
from tests.architecture.examples import address
from tests.architecture.routes import routes
from tests.architecture.visitors import Visitor
from tests.hostile import payload, writing
from tests.hostile.conftest import HOST
from tests.thorough import THOROUGH

# As they stand in the body: no other way would bring some of them.
JSON = [
    *("9" * 5000, "1e999999", "-1e999999", "NaN", "-Infinity", str(2**63), "-9223372036854775809", "0.1", "[" * 5000),
    *(
        '"9999-12-31T23:59:59-14:00"',
        '"0001-01-01T00:00:00+14:00"',
        '"0001-01-01"',
        '"sNaN"',
        '"a\\u0000b"',
        '"\\ud800"',
    ),
    *(f'"{"9" * 5000}"', '"1e999999"', "{}", "null", '[["a"]]', '""', "true"),
]
QUERIES = [
    *("9" * 5000, str(2**63), "-1", "sNaN", "Infinity", "1e999999", "9999-12-31", "0001-01-01", "\ud800"),
    *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z", "\u202e", "[" * 5000),
]


@pytest.fixture
def program(organisation: Any, settings: Any) -> Any:
    settings.API_PER_MINUTE = 0
    with scope(organisation):
        rights = scopes.keys()
        _token, key = ApiToken.issue(name="Website", scopes=rights, created_by=make.staff("org_admin"))
    program = Visitor(HOST)
    program.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return program


def test_one_value_of_a_body_of_the_api(program: Any, rows: Any, crashes: list[str]) -> None:
    """Each place in a body with some of the values: all of them in turn, over all bodies."""
    paths = {route.name: address(route, rows) for route in routes("organisation") if route.name.startswith("api:")}
    values, good, broken = cycle(JSON), set(), {}
    for name, method, body in bodies(rows):
        whole = json.loads(body)
        path = paths[f"api:{name}"]
        if program.visit(path, method, body.encode(), content_type="application/json").status_code < 300:
            good.add(name)
        for where in leaves(whole):
            marked = json.dumps(with_mark(whole, where))
            for value in islice(values, 5 if THOROUGH else 2):
                sent = marked.replace('"here it is"', value).encode()
                if program.visit(path, method, sent, content_type="application/json").status_code >= 500:
                    broken[name, where, value[:30]] = crashes[-1:]

    assert len(good) >= 4, good
    assert broken == {}


def test_one_parameter_of_a_question_to_the_api(program: Any, rows: Any, crashes: list[str]) -> None:
    paths = {route.name: address(route, rows) for route in routes("organisation") if route.name.startswith("api:")}
    values, broken = cycle(QUERIES), {}
    for operations in api.get_openapi_schema()["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    for value in islice(values, len(QUERIES) if THOROUGH else 4):
                        asked = urlencode({parameter["name"]: value.encode(errors="surrogatepass")})
                        answer = program.visit(f"{paths['api:' + operation['operationId']]}?{asked}")
                        if answer.status_code >= 500:
                            broken[operation["operationId"], parameter["name"], value[:30]] = crashes[-1:]

    assert broken == {}


def bodies(rows: Any) -> Iterator[tuple[str, str, str]]:
    """Bodies that are taken, as far as their description and the rows there are allow."""
    real = {"event": rows[Event].slug, "attraction": rows[Attraction].pk, "ticket_type": rows[TicketType].pk}
    for name, method, body in writing.bodies(api):
        yield name, method, json.dumps(_real(json.loads(body), real))


def _real(value: Any, real: dict[str, Any], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _real(each, real, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_real(each, real, name) for each in value]
    plain = {
        "price": "10.00",
        "vat_rate": "21.00",
        "meets_at": "18:30",
        "language": "en",
        "country": "NL",
        "code": "X1",
    }
    if name in real or name in plain:
        return {**real, **plain}[name]
    if isinstance(value, str) and value != payload.ADDRESS and "2027-06-01" not in value:
        return (
            ""
            if name in ("profession", "pattern", "shown_if")
            else {"slug": "words", "code": "X1"}.get(name, value[:20])
        )
    return value


def leaves(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*where, key))
    elif where:
        yield where


def with_mark(value: Any, where: tuple[Any, ...]) -> Any:
    if not where:
        return "here it is"
    if isinstance(value, dict):
        return {**value, where[0]: with_mark(value[where[0]], where[1:])}
    return [with_mark(each, where[1:]) if number == where[0] else each for number, each in enumerate(value)]
