"""While the database is away people see a page that says so, and afterwards everything works again (Q5)."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError, connection

from kring.web.middleware.errors import is_away
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(monkeypatch):
    """The server is gone, as far as this process can see."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    yield
    connection.close()


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    client.defaults["HTTP_HOST"] = f"{make.organisation().subdomain}.kring.localhost"
    return client


def test_a_page_says_that_kring_is_away(visitor, away):
    page = visitor.get("/?page=2")

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<h1" in page.text and 'href="/?page=2"' in page.text
    assert "Traceback" not in page.text and "psycopg" not in page.text


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_it_says_so_in_the_language_of_the_browser(visitor, away, language):
    assert f'<html lang="{language}">' in visitor.get("/", headers={"accept-language": language}).text


def test_whoever_sent_something_is_not_led_to_send_it_blindly_again(visitor, away):
    page = visitor.post("/orders/", {"quantity": 2})

    assert page.status_code == 503
    assert 'href="/orders/"' not in page.text


def test_a_program_gets_a_problem(visitor, away):
    answer = visitor.get("/api/v1/events")

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"


def test_health_is_told_apart_from_readiness(visitor, away):
    assert visitor.get("/healthz").status_code == 200
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "away")
    assert "kring_database_up 0.0" in visitor.get("/metrics").text


def test_the_next_request_works_again(visitor, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        assert visitor.get("/").status_code == 503

    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg.OperationalError("connection failed"), True),
        (psycopg.InterfaceError("the connection is closed"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.TooManyConnections(), True),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.LockNotAvailable(), False),
        (psycopg.errors.UniqueViolation(), False),
    ],
)
def test_only_a_missing_database_counts_as_away(error, away):
    raised = OperationalError()
    raised.__cause__ = error

    assert is_away(raised) is away
