"""Forms with nothing in them, too much, or something else: an answer, never a crash (bad input, issue 2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from tests.architecture.visitors import Visitor
from tests.hostile.forms import Form, forms
from tests.thorough import THOROUGH, pairs

VALUES = {
    "nothing": "",
    "too much": "x" * 10_000,
    "a NUL": "a\0b",
    "no UTF-8": b"\xff\xfe\xed\xa0\x80",
    "other letters": "Żółw עברית العربية 漢字 🎫 ǅ ﷺ e\u0301\u202e\u200d",
    "a huge number": "9" * 40,
    "a number of the wrong kind": "-1.5e309",
    "no number": "NaN",
    "a moment that is none": "2026-03-29T02:30",
    "the end of time": "9999-12-31T23:59",
    "a program": "<script>alert(1)</script>{{7*7}}${7*7}'; DROP TABLE x; --",
    "lines": "a\r\nSubject: b\r\n\r\nc",
}
# All is as it should be but one field: deeper in than a form full of nonsense comes (A11).
NUMBERS = ["9" * 5000, "1e999999", "sNaN", "Infinity", "-0", str(2**63), "0." + "0" * 400 + "1"]
DAYS = ["9999-12-31", "0001-01-01", "9999-12-31T23:59", "0001-01-01T00:00", "10000-01-01", "2026-02-30"]
TEXTS = ["a\0b", b"\xed\xa0\x80", "[" * 5000, "\u202e\u200b", "9" * 5000, "\ufdd0\U0010ffff", "0001-01-01", "-1"]
OF_KIND = {"number": NUMBERS, "date": DAYS, "datetime-local": DAYS, "time": DAYS}


@pytest.fixture(scope="module")
def all_forms(pages):
    """Every form there is, with somebody who may send it."""
    found = {}
    for who, path in pages:
        page = who.visit(path)
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            for form in forms(page.content.decode(), path):
                found[(who, form.action, tuple(form.fields))] = (who, form)
    return list(found.values())


def test_the_forms_we_know_of_are_found(all_forms):
    """The negative control: what is not found is not tried."""
    fields = {name for _who, form in all_forms for name in form.fields}

    assert len(all_forms) > 30
    assert {"password", "email", "buyer_name", "name", "price"} <= {name.split("-")[-1] for name in fields}


def test_a_form_full_of_it_is_answered(all_forms, crashes):
    """All in one, as nothing that is sent lasts: what costs time here is finding the forms."""
    broken = {}
    for name, (who, form) in pairs(VALUES, all_forms):
        # Without this, so many requests would be rate limited.
        cache.clear()
        if send(who, form, dict.fromkeys(form.writable, VALUES[name])) >= 500:
            broken[name, form.action] = crashes[-1:]

    assert broken == {}


BOUNDARY = "xXx"
FILE = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="%s"; filename="../a.php"\r\n\r\n\0\xff\r\n'
# What a form may be sent as: (type, how the names of its fields become a body).
SHAPES = {
    "nothing at all": (None, lambda names: b""),
    "none of its fields": (None, lambda names: b"csrfmiddlewaretoken=x"),
    "each field twice": (None, lambda names: urlencode([(name, word) for name in names for word in "ab"]).encode()),
    "a thousand fields more": (None, lambda names: urlencode([(f"{n}x", n) for n in range(1100)]).encode()),
    "files": (f"multipart/form-data; boundary={BOUNDARY}", lambda names: _files(names)),
    "files cut off": (f"multipart/form-data; boundary={BOUNDARY}", lambda names: _files(names)[:-20]),
    "no boundary": ("multipart/form-data", lambda names: _files(names)),
    "JSON": ("application/json", lambda names: json.dumps({name: {"a": [None]} for name in names}).encode()),
    "an alphabet nobody knows": ("application/x-www-form-urlencoded; charset=nothing", lambda names: b"name=\xff"),
}


def test_a_form_sent_in_another_shape_is_answered(all_forms, crashes):
    broken = {}
    for shape, (who, form) in pairs(SHAPES, all_forms):
        kind, body = SHAPES[shape]
        kinds = {"content_type": kind} if kind else {}
        if who.visit(form.action, "POST", body(form.writable), **kinds).status_code >= 500:
            broken[shape, form.action] = crashes[-1:]

    assert broken == {}


def test_a_form_is_answered_that_has_one_field_of_it(all_forms, crashes):
    """Each field with one of the values of its kind after the other; at one's desk every second number and day, and
    every sixth of the other fields."""
    sent, broken = 0, {}
    for number, (who, form, name) in enumerate(fields(all_forms)):
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


def fields(all_forms) -> Iterator[tuple[Visitor, Form, str]]:
    """Each field once, with a user who may send its form."""
    seen = set()
    for who, form in all_forms:
        for name in form.writable:
            if (form.action, name) not in seen:
                seen.add((form.action, name))
                yield who, form, name


def _files(names: list[str]) -> bytes:
    token = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\nx\r\n'
    return (token + "".join(FILE % name for name in names) + f"--{BOUNDARY}--\r\n").encode("latin-1")


def send(who: Visitor, form: Form, content: dict) -> int:
    return who.visit(form.action, "POST", urlencode(content).encode()).status_code
