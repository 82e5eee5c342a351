"""Nobody's data is in the logs."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys

import pytest
from django.db import IntegrityError, transaction
from django.utils.log import log_message

from kring.core import codes
from kring.core.logs import formatter
from tests import make
from tests.architecture.routes import routes
from tests.secrets_in_logs import GIVEN, watched


@pytest.mark.django_db
def test_a_refused_row_is_not_told_to_the_log():
    ada = make.user()
    try:
        with transaction.atomic():
            make.user(ada.email)
    except IntegrityError:
        record = logging.LogRecord("kring", logging.ERROR, "", 0, "it failed", None, None)
        record.exc_info = sys.exc_info()

    line = formatter().format(record)

    assert ada.email not in line
    assert "unique" in json.loads(line)["exception"]


def written(record):
    return json.loads(formatter().format(record))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders/Zk3v9-Qm2xT7rB5nW1cY8dL4pJ6s/", "Not Found: /orders/<"),
        ("/nowhere/Zk3v9-Qm2xT7rB5nW1cY8dL4pJ6s/", "Not Found: (no page)"),
        ("/nowhere/short/", "Not Found: (no page)"),
    ],
)
def test_a_request_is_told_by_its_route(client, organisation, caplog, path, expected):
    """Django writes the path, and with it the key of an order."""
    host = f"{organisation.subdomain}.kring.localhost"
    assert client.get(path, headers={"host": host}).status_code == 404

    (line,) = [written(record) for record in caplog.records if record.name == "django.request"]

    assert line["event"].startswith(expected) and "Zk3v9" not in line["event"] and "short" not in line["event"]
    assert "exception" not in line


@pytest.mark.parametrize(("status", "expected"), [(404, False), (403, False), (500, True)])
def test_a_traceback_is_written_of_errors_only(caplog, status, expected):
    try:
        raise KeyError("x")
    except KeyError as error:
        log_message(logging.getLogger("django.request"), "No", status_code=status, exception=error)

    (record,) = caplog.records
    assert ("exception" in written(record)) is expected


@pytest.mark.parametrize(
    "secret",
    [
        "Zk3v9-Qm2xT7rB5nW1cY8dL4pJ6s",
        "AbkvQmxTrBnWcYdLpJsKzv",
        "0193f0a2-7c1e-7b3a-9d52-4c6b1e8f0a77",
        "MTg:1vQx2Z:o3Jc0Tq9rW8sK5yB2nV7mL4xH1gF6dS",
        "ada@example.org",
    ],
)
def test_an_error_that_quotes_a_key_is_told_without_it(secret):
    try:
        raise KeyError(f"no match for /certificates/{secret}/?email={secret}")
    except KeyError:
        record = logging.LogRecord("kring", logging.ERROR, "", 0, "it failed for %s", (secret,), sys.exc_info())

    line = written(record)

    assert secret not in json.dumps(line)
    assert "KeyError" in line["exception"] and "test_an_error_that_quotes_a_key" in line["exception"]


def test_what_was_looked_for_is_not_told():
    """A query holds names, and keys too short to be seen as such."""
    address = "https://registry.example/people?q=Ada%20Lovelace&key=s3cret"
    record = logging.LogRecord("kring", logging.WARNING, "", 0, "GET %s failed: why?", (address,), None)

    assert written(record)["event"] == "GET https://registry.example/people?(query) failed: why?"


def test_every_key_of_ours_has_a_digit(monkeypatch):
    """By which the log identifies it: of sixteen random bytes in letters, one in fifty has none."""
    drawn = iter(["AbkvQmxTrBnWcYdLpJsKzv", "AbkvQmxTrBnWcYdLpJsKz7"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: next(drawn))

    assert codes.secret() == "AbkvQmxTrBnWcYdLpJsKz7"


def test_all_fields_of_a_record_are_looked_at():
    record = logging.LogRecord(
        "kring", logging.WARNING, "", 0, "it failed", None, None, sinfo="/orders/Zk3v9-Qm2xT7rB5n/"
    )

    line = formatter().format(record)

    assert "Zk3v9" not in line


def test_a_job_is_told_by_its_numbers():
    """Procrastinate writes what a job was called with."""
    call = 'payments.testpay_tells[7](charge_id=12, event=\'{"reference": "it\\\'s Ada"}\')'
    record = logging.LogRecord("procrastinate.worker", logging.ERROR, "", 0, "Job %s ended", (call,), None)

    assert written(record)["event"] == "Job payments.testpay_tells[7](charge_id=12, event=(text)) ended"


def test_errors_are_mailed_to_nobody_and_written_once():
    """Without Django's own handlers."""
    assert logging.getLogger("django").handlers == []


@pytest.mark.parametrize(("before", "after"), [("/orders/", "/"), ("kring_", " "), ("/membership/", "/")])
def test_what_a_page_gave_out_and_the_log_tells_is_found(before, after):
    """The watch over the whole run, seen at work: `tests/secrets_in_logs.py`."""
    with watched() as secrets_of_the_run:
        secrets_of_the_run.setFormatter(logging.Formatter("%(message)s"))
        secrets_of_the_run.read(f"<p>{before}Zk3v9-Qm2xT7rB5nW1cY8d{after}</p>")
        logging.getLogger("kring").warning("it is %s", "Zk3v9-Qm2xT7rB5nW1cY8d")

    assert secrets_of_the_run.found_in_log() == [f"{GIVEN[before]}: it is …"]


def test_the_watch_knows_all_routes_that_a_secret_opens():
    opened = [route for route in routes() if {"secret", "token", "public_id", "uidb36"} & {*route.parameters}]

    befores = {str(route): "/" + re.split(r"[<(]", route.pattern)[0].replace("^", "") for route in opened}

    assert len(befores) > 15
    assert {name for name, before in befores.items() if not before.startswith(tuple(GIVEN))} == set()
