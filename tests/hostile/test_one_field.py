"""All is as it should be but one field: deeper in than a form full of nonsense comes, and never a crash (A11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache

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
from tests.hostile.forms import forms
from tests.hostile.test_forms import send
from tests.thorough import THOROUGH

NUMBERS = ["9" * 5000, "1e999999", "sNaN", "Infinity", "-0", str(2**63), "0." + "0" * 400 + "1"]
DAYS = ["9999-12-31", "0001-01-01", "9999-12-31T23:59", "0001-01-01T00:00", "10000-01-01", "2026-02-30"]
TEXTS = ["a\0b", b"\xed\xa0\x80", "[" * 5000, "\u202e\u200b", "9" * 5000, "\ufdd0\U0010ffff", "0001-01-01", "-1"]
OF_KIND = {"number": NUMBERS, "date": DAYS, "datetime-local": DAYS, "time": DAYS}
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


def test_one_field_of_a_form(pages: Any, crashes: list[str]) -> None:
    """Each with one of the values of its kind after the other; at one's desk every second number and day, and every
    sixth of the other fields."""
    sent, broken = 0, {}
    for number, (who, form, name) in enumerate(fields(pages)):
        values = OF_KIND.get(form.kinds[name], TEXTS)
        if not THOROUGH and number % (6 if values is TEXTS else 2):
            continue
        sent += 1
        content = {**form.fields, name: values[sent % len(values)]}
        cache.clear()
        if send(who, form, content) >= 500:
            broken[form.action, name, str(content[name])[:20]] = crashes[-1:]

    assert sent > (400 if THOROUGH else 80)
    assert broken == {}


def fields(pages: Any) -> Iterator[tuple[Any, Any, str]]:
    """Each field once, by a user who may send its form."""
    seen = set()
    for who, path in pages:
        page = who.visit(path)
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            for form in forms(page.content.decode(), path):
                for name in form.writable:
                    if (form.action, name) not in seen:
                        seen.add((form.action, name))
                        yield who, form, name


def test_one_value_of_a_body_of_the_api(program: Any, rows: Any, crashes: list[str]) -> None:
    """Each place in a body with five of the values: all of them in turn, over all bodies."""
    paths = {route.name: address(route, rows) for route in routes("organisation") if route.name.startswith("api:")}
    values, good, broken = cycle(JSON), set(), {}
    for name, method, body in bodies(rows):
        whole = json.loads(body)
        path = paths[f"api:{name}"]
        if program.visit(path, method, body.encode(), content_type="application/json").status_code < 300:
            good.add(name)
        for where in leaves(whole):
            marked = json.dumps(with_mark(whole, where))
            for value in islice(values, 5):
                sent = marked.replace('"here it is"', value).encode()
                if program.visit(path, method, sent, content_type="application/json").status_code >= 500:
                    broken[name, where, value[:30]] = crashes[-1:]

    assert len(good) >= 4, good
    assert broken == {}


def test_one_parameter_of_a_question_to_the_api(program: Any, rows: Any, crashes: list[str]) -> None:
    paths = {route.name: address(route, rows) for route in routes("organisation") if route.name.startswith("api:")}
    broken = {}
    for operations in api.get_openapi_schema()["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    for value in QUERIES:
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
