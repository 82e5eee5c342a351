"""What machines ask, on every host: alive, ready, and how it is doing."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.web.middleware import health

HOSTS = ["kring.localhost", "portal.kring.localhost", "nobody.kring.localhost", "10.0.0.7", "elsewhere.example"]


@pytest.fixture
def worker(db):
    """One with a heartbeat just now."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def silent_for(seconds):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)", [seconds])


@pytest.mark.parametrize("host", HOSTS)
def test_healthz_answers_on_every_host_and_asks_the_database_nothing(client, host):
    answer = client.get("/healthz", headers={"host": host})

    assert (answer.status_code, answer.json()) == (200, {"alive": True})


@pytest.mark.parametrize("host", HOSTS)
def test_readyz_answers_on_every_host(client, worker, host):
    answer = client.get("/readyz", headers={"host": host})

    assert answer.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok", "worker": "ok"}}
    assert answer.status_code == 200


def test_being_ready_costs_one_query(client, worker, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(1):
        client.get("/readyz")


def test_without_a_worker_it_is_not_ready(client, db):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, "none")


def test_with_a_silent_worker_it_is_not_ready(client, worker):
    silent_for(120)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, "silent")


def test_with_a_migration_missing_it_is_not_ready(client, worker, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        newest = "SELECT max(name) FROM django_migrations WHERE app = 'core'"
        cursor.execute(f"DELETE FROM django_migrations WHERE app = 'core' AND name = ({newest})")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "missing")


def test_metrics_tell_of_requests_jobs_and_the_worker(client, worker):
    client.get("/nowhere-at-all", headers={"host": "kring.localhost"})
    silent_for(7)

    lines = client.get("/metrics").content.decode().splitlines()

    assert 'kring_requests_total{method="GET",status="404",view="none"} ' in "\n".join(lines)
    assert "kring_database_up 1.0" in lines
    assert 'kring_jobs{status="todo"} 0.0' in lines
    assert any(line.startswith("kring_worker_silence_seconds 7.") for line in lines)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.5"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.5"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer sesame"}, 200),
        ({"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer guess"}, 403),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_the_token(client, worker, monkeypatch, asked, status):
    monkeypatch.setenv("KRING_METRICS_TOKEN", "sesame")

    assert client.get("/metrics", **asked).status_code == status


@pytest.mark.parametrize(("address", "status"), [("10.2.3.4", 200), ("127.0.0.1", 403), ("rubbish", 403)])
def test_metrics_are_for_the_networks_that_the_setting_names(client, worker, monkeypatch, address, status):
    monkeypatch.setenv("KRING_METRICS_FROM", "10.0.0.0/8")

    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


def test_without_a_token_set_no_token_opens(client, worker):
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.5", HTTP_AUTHORIZATION="Bearer ")

    assert answer.status_code == 403
